using Latent.Catalog;
using Latent.Data;
using Latent.Models;
using Latent.Objectives;
using Latent.Tests.Training;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>What holds for every recipe that comes with the program: a new one is tested by adding its file.</summary>
public sealed class RecipeTests : ScopedTest, IDisposable
{
    private const int Examples = 20; // with a batch of 8, four wait in each epoch
    private const int Memorised = 8;

    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    public static TheoryData<string> All => Small.Recipes;

    [Theory, MemberData(nameof(All))]
    public void It_reads_as_it_is_written(string source)
    {
        var recipe = Small.Find(source);
        var text = ModelCatalog.Yaml.Write(recipe);
        Assert.Equal(text, ModelCatalog.Yaml.Write(ModelCatalog.Yaml.Read<Recipe>(text, "again.yaml")));
        Assert.Equal(Path.GetFileNameWithoutExtension(source), recipe.Name);
        Assert.EndsWith(".", recipe.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_kind_that_of_the_default_is_meant()
    {
        var recipe = Small.Find("vae", "training.learningRate.value=0.01", "training.optimizer.epsilon=1e-4", "objective.beta={value: 2}");
        Assert.Equal(new ConstantRecipe { Value = 0.01 }, recipe.Training.LearningRate);
        Assert.Equal(new AdamRecipe { Epsilon = 1e-4 }, recipe.Training.Optimizer);
        Assert.Equal(new ConstantRecipe { Value = 2 }, Assert.IsType<ElboRecipe>(recipe.Objective).Beta);
        string Fault(string setting) => Assert.Throws<RecipeException>(() => Small.Find("vae", setting)).Message;
        Assert.Contains("'model.likelihood' lacks the key 'kind'. Allowed: bernoulli", Fault("model.likelihood.scale=1"), StringComparison.Ordinal);
        Assert.Contains("'valu' is no key of 'training.learningRate' of kind 'constant'. Did you mean 'value'?", Fault("training.learningRate.valu=1"), StringComparison.Ordinal);
        Assert.Contains("'model' lacks the key 'kind'", Assert.Throws<RecipeException>(() => ModelCatalog.Yaml.Read<Recipe>("name: a\nmodel: {latent: 2}", "a.yaml")).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public void Its_first_loss_is_that_of_theory(string source) => AtFirst(source, [], CheckFirstLoss);

    [Theory]
    [InlineData("data.set=correlated-gaussians"), InlineData("data.set=correlated-gaussians", "model.likelihood={kind: normal, scale: 0.5}")]
    [InlineData("data.set=bars"), InlineData("model.likelihood={kind: continuousBernoulli}")]
    public void So_it_is_with_every_likelihood(params string[] settings) => AtFirst("vae", settings, CheckFirstLoss);

    private static void CheckFirstLoss(Experiment experiment, LatentVariableModel model, ParameterStore store, Loss loss)
    {
        Assert.True(double.IsFinite(loss.Value.Item<double>()));
        Assert.Contains(loss.Terms, term => term.Name == experiment.Recipe.Objective.Criterion);
        Assert.Equal(new Shape([1, 5, .. experiment.Summary.EventShape.AsSpan()]), model.Generate(5, new(1)).Observations[^1].Value.Shape);
        if (WithoutLatents(experiment.Recipe.Model, experiment.Summary) is not var (expected, tolerance)) return;
        var distortion = loss.Terms.SingleOrDefault(term => term.Name == "distortion") is { Name: not null } term ? term.Value.Item<double>() : loss.Value.Item<double>();
        var elements = experiment.Summary.EventShape.Elements;
        Assert.Equal(expected / elements, distortion / elements, tolerance);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_parameter_gets_a_gradient(string source) => AtFirst(source, [], (_, _, store, loss) =>
    {
        loss.Value.Backward();
        Assert.NotEmpty(store.Parameters);
        Assert.All(store.Parameters, parameter =>
        {
            var gradient = parameter.Value.Grad;
            Assert.True(gradient is not null, $"{parameter.Path} has no gradient.");
            var largest = gradient.Abs().Max().Item<double>();
            Assert.True(largest > 0 && double.IsFinite(largest), $"The largest gradient of {parameter.Path} is {largest}.");
        });
    });

    [Theory, MemberData(nameof(All))]
    public void It_memorises_eight_examples(string source)
    {
        var (_, events) = Run(source, Memorised, "memory", ["training.epochs=600", "training.learningRate={kind: constant, value: 5e-3}"]);
        var losses = events.OfType<TrainingEvent.Progress>().Select(p => p.Terms["loss"]).ToArray();
        Assert.True(losses[0] > 0, $"Of {losses[0]} there is no share.");
        // At its best: the density of a flow on eight points has no bound, and steps of this size throw it about.
        var best = losses.Chunk(20).Min(part => part.Average());
        Assert.True(best < 0.6 * losses[0], $"From {losses[0]} to {best}.");
    }

    [Theory, MemberData(nameof(All))]
    public void A_run_that_resumes_ends_as_one_that_never_stopped(string source)
    {
        string[] settings = ["training.epochs=12", "training.average=0.9"];
        var (_, whole) = Run(source, Examples, "whole", settings);
        var (stopped, _) = Run(source, Examples, "parts", settings, until: 9);
        Assert.Equal((9, StopReason.Cancelled), (stopped.Step, stopped.Reason));
        var (_, rest) = Run(source, Examples, "parts", settings, resume: true);

        var (one, two) = (Folder("whole"), Folder("parts"));
        Assert.Equal(24, Checkpoint.Read(one.LastCheckpoint()!).Step);
        Assert.Equal(Toy.Contents(one.LastCheckpoint()!), Toy.Contents(two.LastCheckpoint()!));
        Assert.Equal(Toy.Contents(one.BestCheckpoint()!), Toy.Contents(two.BestCheckpoint()!));
        Assert.Equivalent(Checkpoint.Read(one.LastCheckpoint()!), Checkpoint.Read(two.LastCheckpoint()!));
        Assert.Equal(whole.OfType<TrainingEvent.Progress>().Last().Terms, rest.OfType<TrainingEvent.Progress>().Last().Terms);
    }

    [Theory, MemberData(nameof(All))]
    public void Tensors_alive_do_not_grow_with_steps(string source)
    {
        var alive = new Dictionary<long, int>();
        Prepared(source, Examples, ["training.epochs=13"]).Train(Folder("alive"), report: e =>
        {
            if (e is TrainingEvent.Progress) alive[e.Step] = TensorScope.LiveTensors;
        });
        Assert.Equal(alive[5], alive[25]);
    }

    [Theory, MemberData(nameof(All))]
    public void Replicas_change_nothing_but_rounding(string source)
    {
        // Plain gradient descent: Adam makes a step of a gradient's sign, and that of one which is zero up to rounding is noise.
        string[] settings = ["training.epochs=3", "training.optimizer={kind: sgd}", "training.learningRate={kind: constant, value: 0.002}", "training.precision=full"];
        var flats = Enumerable.Range(1, 3).Select(replicas =>
        {
            Run(source, Examples, $"{replicas}", [.. settings, $"training.replicas={replicas}"]);
            return Numbers(Folder($"{replicas}").LastCheckpoint()!);
        }).ToArray();
        // From where the data put them, of which training makes no part.
        Run(source, Examples, "first", [.. settings, "training.learningRate.value=1e-12"]);
        var moved = flats[0].Zip(Numbers(Folder("first").LastCheckpoint()!), (a, b) => Math.Abs(a - b)).Max();
        Assert.True(moved > 3e-4, $"The parameters moved by {moved}.");
        // Rounding: eight units in the last place of the numbers, or of 1.
        foreach (var other in flats[1..]) Assert.All(flats[0].Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>
    /// The mean of −log p(x|z) over the training set if the decoder's outputs did not depend on z, and how far that may be from the
    /// truth, in nats per element: first weights are not zero. Null where there is no closed form.
    /// </summary>
    private static (double Distortion, double Tolerance)? WithoutLatents(ModelRecipe model, DataSummary data) => model is AutoregressiveRecipe { Likelihood: BernoulliRecipe, Network: not MadeRecipe }
        ? (data.EventShape.Elements * Math.Log(2), 0.05) // convolutions have no bias of a place
        : model.GetType().GetProperty("Likelihood")?.GetValue(model) switch
    {
        BernoulliRecipe => (data.Mean.ToArray().Sum(CrossEntropy), 0.015), // biases begin at the data's mean
        ContinuousBernoulliRecipe => (0, 0.015),                           // uniform on [0, 1]
        NormalRecipe { Scale: { } scale } => (data.EventShape.Elements * Normal(scale), 0.05 / (scale * scale)),
        NormalRecipe { LeastScale: var least } => (data.EventShape.Elements * Normal(1 + least), 0.05),
        _ => null,
    };

    /// <summary>Of coins of this mean under the nearest mean that a bias begins at.</summary>
    private static double CrossEntropy(double mean)
    {
        var p = Math.Clamp(mean, 0.001, 0.999);
        return -mean * Math.Log(p) - (1 - mean) * Math.Log(1 - p);
    }

    /// <summary>The mean of −log N(x; 0, s²) over standardised x.</summary>
    private static double Normal(double scale) => 0.5 * Math.Log(2 * Math.PI) + Math.Log(scale) + 0.5 / (scale * scale);

    private RunFolder Folder(string name) => new(folder.At(name));

    /// <summary>The recipe in its full size, on a batch of all examples before the first step.</summary>
    private void AtFirst(string source, IEnumerable<string> settings, Action<Experiment, LatentVariableModel, ParameterStore, Loss> check)
    {
        var recipe = Small.Find(source, settings);
        var experiment = Experiment.Prepare(ModelCatalog.Yaml.With(recipe, [.. Small.DataFor(folder, recipe, Memorised), $"training.batch={Memorised}"]));
        using var store = new ParameterStore();
        Scoped(() =>
        {
            var model = experiment.Recipe.Model.Build(store.Init(recipe.Seed), experiment.Summary);
            var batch = Batches.InOrder(experiment.Data.Train, Memorised, new(2)).At(0);
            check(experiment, model, store, experiment.Recipe.Objective.Build(model, 1).Evaluate(batch, new(3), 0));
        });
    }

    private Experiment Prepared(string source, int examples, IEnumerable<string> settings)
    {
        var recipe = Small.Find(source);
        return Experiment.Prepare(Small.Shrunk(recipe, ["training.batch=8", "training.replicas=2", .. Small.DataFor(folder, recipe, examples), .. settings]));
    }

    private (TrainingOutcome Outcome, List<TrainingEvent> Events) Run(string source, int examples, string name, IEnumerable<string> settings, bool resume = false, long? until = null) =>
        Prepared(source, examples, settings).Trained(Folder(name), resume, until);

    /// <summary>The parameters in a file, one after the other.</summary>
    private static double[] Numbers(string file)
    {
        using var opened = SafetensorsFile.Open(file);
        return [.. opened.ReadAll().Where(t => !t.Key.Contains(':')).OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => t.Value.Values<float>().ToArray()).Select(v => (double)v)];
    }
}
