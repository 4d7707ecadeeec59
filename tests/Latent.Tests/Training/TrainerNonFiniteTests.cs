using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Objectives;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class TrainerNonFiniteTests : ScopedTest, IDisposable
{
    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    /// <summary>Gradient descent whose step at 3 is far too long, so that step 4 fails.</summary>
    private static Player Exploding(ParameterStore store, Func<Init, Objective> build) =>
        new("model", store, build, p => new Sgd(p), Schedules.Staircase(0.01, (3, 1e9), (4, 0.01)));

    private NonFiniteFinding Failure(Func<Init, Objective> build, string run = "run", Batches? data = null, int replicas = 2, bool resume = false)
    {
        using var store = new ParameterStore();
        var events = new List<TrainingEvent>();
        var before = new List<Dictionary<string, byte[]>>();
        var trainer = new Trainer([Exploding(store, build)], data ?? Toy.Batches(), new() { Steps = 9, Replicas = replicas, LogEvery = 1, CheckpointEvery = 2, Folder = new(folder.At(run)), Resume = resume });
        var failure = Assert.Throws<NonFiniteException>(() => trainer.Run(e =>
        {
            events.Add(e);
            before.Add(Toy.Contents(store));
        }));
        Assert.Equal(failure.Finding, Assert.IsType<TrainingEvent.NonFinite>(events[^1]).Finding);
        Assert.Equal(before[^1], Toy.Contents(store));
        Assert.Contains($"Step {failure.Finding.Step} (model)", failure.Message, StringComparison.Ordinal);
        return failure.Finding;
    }

    [Fact]
    public void An_overflow_in_the_likelihood_is_traced_to_its_operator_and_variable()
    {
        var finding = Failure(init => new Elbo(new Exponential(init)));
        Assert.Equal((4, "model", "x"), (finding.Step, finding.Player, finding.Site));
        Assert.Equal((null, null), (finding.Parameter, finding.Gradient));
        Assert.Equal("aten::exp(self: Float32 [8] on cpu)", finding.Operator);
        Assert.Equal(4, Checkpoint.Read(new RunFolder(folder.At("run")).LastCheckpoint()!).Step);
    }

    [Fact]
    public void An_overflow_in_the_encoder_is_traced_to_the_latent_variable()
    {
        var finding = Failure(init =>
        {
            // Too narrow for the prior, so that a long step makes it wide beyond the type.
            var logVariance = init.Parameter("log-variance", [3], Initializers.Constant(-2));
            return new Elbo(new Vae(
                Unconditional.StandardNormal(init, [3]),
                new Parametric(x => Tensor.Cat([x.Narrow(-1, 0, 3), logVariance + 0 * x.Narrow(-1, 0, 3)], -1), Heads.DiagonalNormal(3)),
                new Parametric(z => (0 * z).Sum([-1], keepDim: true).Expand([.. z.Shape[..^1].AsSpan(), 8]), Heads.Bernoulli([8]))));
        });
        Assert.Equal("z", finding.Site);
        Assert.Equal("FusedGaussian(Float32 [3, 6] on cpu)", finding.Operator);
    }

    [Fact]
    public void Data_beyond_the_type_are_traced_to_the_operator_that_meets_them()
    {
        var values = new float[43 * 8];
        Array.Fill(values, 1f);
        values[8 * 40] = 3e38f;
        var data = Batches.InOrder(new Dataset("large", HostArray.From<float>(values, [43, 8])), 7, new Rng(1));
        var finding = Failure(init =>
        {
            var w = init.Parameter("w", [], Initializers.Ones);
            return new Formula(x => (x * x).Mean() * w);
        }, data: data);
        Assert.Equal((5, true), (finding.Step, double.IsInfinity(finding.Loss)));
        Assert.Equal("aten::mul.Tensor(self: Float32 [4, 8] on cpu, other: Float32 [4, 8] on cpu)", finding.Operator);
    }

    [Fact]
    public void A_parameter_that_is_no_number_is_named()
    {
        var finding = Failure(init =>
        {
            var w = init["part"].Parameter("w", [8], Initializers.Constant(double.NaN));
            return new Formula(x => (x * w).Sum());
        });
        Assert.Equal((0, "part/w"), (finding.Step, finding.Parameter));
        Assert.True(double.IsNaN(finding.Loss));
        Assert.Null(finding.Operator); // none made a NaN: it was there
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_traced_to_the_backward_of_its_operator()
    {
        var finding = Failure(init =>
        {
            var (good, root) = (init.Parameter("good", [], Initializers.Ones), init.Parameter("root", [5], Initializers.Zeros));
            // √0 is finite, its slope is not; what follows is there to be passed over.
            return new Formula(x => ((root.Square().Sum().Sqrt() + 1).Exp() * good).Sin());
        });
        Assert.Equal((0, null, "root"), (finding.Step, finding.Parameter, finding.Gradient));
        Assert.True(double.IsFinite(finding.Loss));
        Assert.Equal("backward of aten::sqrt(self: Float32 [] on cpu)", finding.Operator);
    }

    [Fact]
    public void Nodes_written_in_csharp_are_watched_too()
    {
        var finding = Failure(init =>
        {
            var weight = init.Parameter("weight", [2, 8], Initializers.Constant(1e38));
            return new Formula(x => FusedMlp.Apply(x + 9, new DenseWeights(weight, null, Activation.Identity)).Sum());
        }, replicas: 1);
        Assert.Equal("FusedMlp(Float32 [7, 8] on cpu, Float32 [2, 8] on cpu)", finding.Operator);
    }

    [Fact]
    public void Infinities_that_were_asked_for_are_not_blamed()
    {
        var finding = Failure(init =>
        {
            var w = init.Parameter("w", [8], Initializers.Constant(50));
            return new Formula(x =>
            {
                var masked = (w + x).MaskedFill(x > 0.5, double.NegativeInfinity).LogSumExp(-1); // at times −∞, as asked for
                return masked.Exp().Mean() + (w * 4).Exp().Sum();
            });
        }, replicas: 1);
        Assert.Equal("aten::exp(self: Float32 [8] on cpu)", finding.Operator);
    }

    [Fact]
    public void The_step_is_saved_to_be_replayed()
    {
        Func<Init, Objective> build = init => new Elbo(new Exponential(init));
        var finding = Failure(build);
        var run = new RunFolder(folder.At("run"));
        Assert.Equal(run.NonFinite, finding.Folder);
        Assert.Equal(["000000004.safetensors", "batch.npz", "finding.json"], Directory.EnumerateFiles(run.NonFinite).Select(f => Path.GetFileName(f)).Order());
        Assert.Contains("\"site\": \"x\"", File.ReadAllText(Path.Combine(run.NonFinite, "finding.json")), StringComparison.Ordinal);
        using (var batch = NpzFile.Open(Path.Combine(run.NonFinite, "batch.npz")))
        using (TensorScope.Open())
        {
            var expected = Toy.Batches().At(4);
            Assert.Equal(expected.Indices.ToArray(), batch.Read("indices").Values<long>().ToArray());
            Assert.Equal(expected.X.ToArray<float>(), batch.Read("x").Values<float>().ToArray());
        }

        var replay = new RunFolder(folder.At("replay"));
        Directory.CreateDirectory(replay.Checkpoints);
        File.Copy(Path.Combine(run.NonFinite, "000000004.safetensors"), Path.Combine(replay.Checkpoints, "000000004.safetensors"));
        Assert.Equal(finding with { Folder = replay.NonFinite }, Failure(build, "replay", resume: true));
    }

    [Fact]
    public void The_message_names_everything_and_what_to_try()
    {
        var finding = new NonFiniteFinding(12, "model", double.NaN, "z/1", null, null, "aten::log(self: Float32 [7] on cpu)", "/runs/a/non-finite");
        Assert.Equal(
            "Step 12 (model): the loss is NaN. The first variable that is not finite is 'z/1'. It first came from aten::log(self: Float32 [7] on cpu)."
            + " Train with a smaller learning rate, a warm-up, or clipped gradients; put floors under scales and arguments of logarithms; or take full precision, or Float64."
            + " The step's batch and parameters are in '/runs/a/non-finite'.",
            new NonFiniteException(finding).Message);
        var gradient = new NonFiniteException(finding with { Loss = 1, Site = null, Gradient = "w", Folder = null }).Message;
        Assert.StartsWith("Step 12 (model): the gradient is not finite. The first gradient that is not finite is that of 'w'.", gradient, StringComparison.Ordinal);
    }

    /// <summary>p(x) = N(0, e^w), with w a vector: a long step gives it a scale beyond the type.</summary>
    private sealed class Exponential(Init init) : LatentVariableModel
    {
        private readonly Tensor w = init.Parameter("w", [8], Initializers.Constant(-2));

        public override void Run(Tracer t, Tensor? x, Tensor? context) =>
            t.Observed("x", new Independent(new Normal(w.ZerosLike(), w.Exp()), 1), x);
    }

    private sealed class Formula(Func<Tensor, Tensor> loss) : Objective
    {
        public override bool CouplesExamples => false;

        public override Loss Evaluate(Batch batch, Rng rng, long step) => new(loss(batch.X), []);
    }
}
