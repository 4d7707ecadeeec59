using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Evaluation;
using Latent.Models;
using Latent.Networks;
using Latent.Objectives;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Training;

namespace Latent.Tests.Guide;

/// <summary>What docs/guide/own-model.md shows is what runs here.</summary>
public sealed class OwnModelTests : ScopedTest
{
    [Fact]
    public void The_guide_runs()
    {
        // guide: program
        static Vae Build(Init init)
        {
            var encoder = new Mlp(init["encoder"], [2, 64, 4], Activation.Tanh);
            var decoder = new Mlp(init["decoder"], [2, 64, 2], Activation.Tanh);
            var logScale = init["noise"].Parameter("logScale", [2], Initializers.Zeros);
            return new(
                new ClusterPrior(init["prior"], 8, 2),
                new Parametric(encoder.Forward, Heads.DiagonalNormal(2)),
                new Parametric(decoder.Forward, new Head(2, mean => new DiagonalNormal(mean, logScale.Exp()))));
        }

        var density = new EightGaussians();
        var splits = density.MakeSplits(5000, 500, 500).Preprocessed(new() { Standardize = true });

        using var store = new ParameterStore();
        var player = new Player(
            "model", store,
            init => new RenyiBound(Build(init), particles: 5, alpha: 0.5),
            parameters => new Adam(parameters) { MaxGradientNorm = 10 },
            Schedules.Cosine(0.01, 0, 1000));
        var options = new TrainingOptions
        {
            Steps = 1000,
            Seed = 1,
            LogEvery = 250,
            Validation = Validation.OfTerms(Batches.InOrder(splits.Validation!, 100, new Rng(2)), new Rng(3), "renyi"),
        };
        var trainer = new Trainer([player], Batches.Shuffled(splits.Train, 100, new Rng(4)), options);
        trainer.Run(e =>
        {
            if (e is TrainingEvent.Progress p) Console.WriteLine($"step {p.Step}: {p.Terms["renyi"]:F2} nats, {p.ExamplesPerSecond:F0} examples/s");
        });

        using var replicas = new ModelReplicas(Build, store);
        var report = Evaluator.Evaluate(replicas, new("clusters", store.ParameterCount, 1000), splits, splits.Test!, new() { Particles = 500 });
        Console.WriteLine($"log p(x) = {report.Likelihood!.LogLikelihood:F2} ± {report.Likelihood.StandardError:F2}, an estimate from below; {report.Diagnosis!.Summary}");

        using var scope = TensorScope.Open();
        using var replica = store.Replicate();
        var samples = Generation.Samples(Build(replica.Init()), 5000, new Rng(5), draw: true);
        PointsPicture.Save("samples.png", samples, (-3, 3), (-3, 3));
        // end

        File.Delete("samples.png");
        Assert.Equal(new Shape([5000, 2]), samples.Shape);
        // The truth, −2.84 nats on average, is what no model exceeds; one Gaussian reaches −4.25.
        var truth = density.Make(20_011, 7).Values.Values<float>().ToArray().Chunk(2).Average(x => density.LogDensity(x[0], x[1]));
        Assert.InRange(report.Likelihood.LogLikelihood, -3.4, truth + 4 * report.Likelihood.StandardError);
    }

    [Fact]
    public void The_guide_shows_what_runs()
    {
        var guide = Blocks(File.ReadAllText(Repository.At("docs/guide/own-model.md")));
        var source = File.ReadAllText(Repository.At("tests/Latent.Tests/Guide/OwnModelTests.cs"));
        Assert.Equal([Region(source, "program"), Region(source, "parts")], guide.Select(block => Trimmed(block.Where(line => !line.StartsWith("using Latent", StringComparison.Ordinal)))));
        var usings = source.Split('\n').Where(line => line.StartsWith("using Latent", StringComparison.Ordinal) && !line.Contains("Tests", StringComparison.Ordinal));
        Assert.Equal(usings, guide[0].Where(line => line.StartsWith("using Latent", StringComparison.Ordinal)));
    }

    private static List<string[]> Blocks(string page) => [.. page.Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)].Split('\n'))];

    private static string Region(string source, string name)
    {
        var lines = source.Split('\n').Select(line => line.Trim()).ToList();
        var begin = lines.IndexOf($"// guide: {name}");
        return Trimmed(lines[(begin + 1)..lines.IndexOf("// end", begin)]);
    }

    private static string Trimmed(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim())).Trim();
}

// guide: parts
/// <summary>p(z) = Σ_m π_m N(z; μ_m, σ_m²), all of it learned.</summary>
internal sealed class ClusterPrior : Conditional
{
    private readonly Tensor logits;
    private readonly Tensor means;
    private readonly Tensor logScales;

    public ClusterPrior(Init init, long clusters, long dimensions)
    {
        logits = init.Parameter("logits", [clusters], Initializers.Zeros);
        means = init.Parameter("means", [clusters, dimensions], Initializers.Normal(1));
        logScales = init.Parameter("logScales", [clusters, dimensions], Initializers.Constant(-1));
    }

    public override Distribution Given(Tensor? context = null) => new Mixture(logits, new DiagonalNormal(means, logScales.Exp()));
}

/// <summary>L_α = E[1/(1 − α) log 1/K Σ_k w_k^(1 − α)]: the ELBO as α → 1, the importance-weighted bound at α = 0.</summary>
internal sealed class RenyiBound(LatentVariableModel model, long particles, double alpha) : Objective
{
    public override bool CouplesExamples => false;

    public override Loss Evaluate(Batch batch, Rng rng, long step)
    {
        var trace = model.Infer(batch.X, rng.Fork("renyi", step).Rows(batch.Indices, axis: 1), particles);
        var logWeights = trace.LogWeight; // [K, B]
        var bound = (ImportanceWeighted.LogMeanExp((1 - alpha) * logWeights) / (1 - alpha)).Mean();
        return new(-bound, [new("renyi", bound.Detach()), new("elbo", logWeights.Detach().Mean())]);
    }
}
// end
