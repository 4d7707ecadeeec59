using System.Text.Json;
using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Evaluation;
using Latent.Models;
using Latent.Networks;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Evaluation;

/// <summary>Reports: what is in them, that they do not depend on threads, and when they compare.</summary>
public sealed class EvaluatorTests : ScopedTest
{
    private static readonly EvaluationSettings Quick = new() { Particles = 70, BoundParticles = 3, InformationExamples = 31, Seed = 5 };

    private static Vae BarsVae(Init init)
    {
        var encoder = new Mlp(init["encoder"], [16, 11, 6], Activation.Tanh);
        var decoder = new Mlp(init["decoder"], [3, 11, 16], Activation.Tanh);
        return new(Unconditional.StandardNormal(init, [3]), new Parametric(x => encoder.Forward(x.Flatten(1)), Heads.DiagonalNormal(3)), new Parametric(decoder.Forward, Heads.Bernoulli([1, 4, 4])));
    }

    private static DataSplits BarsSplits => DataSplits.Random(Bars.Make(293, size: 4), seed: 3);

    private static EvaluationReport Report(DataSplits splits, EvaluationSettings settings, int threads)
    {
        using var store = new ParameterStore();
        _ = BarsVae(store.Init(7));
        using var replicas = new ModelReplicas(BarsVae, store, threads);
        return Evaluator.Evaluate(replicas, new("vae", store.ParameterCount, 12), splits, splits.Train, settings);
    }

    [Fact]
    public void A_report_holds_everything_and_the_protocol()
    {
        var splits = BarsSplits;
        var report = Report(splits, Quick with { Examples = 101, Annealing = new() { Chains = 3, Temperatures = 5 }, AnnealedExamples = 7 }, 2);
        Assert.Equal((LikelihoodKind.Estimate, 70L, 101L), (report.Likelihood!.Kind, report.Likelihood.Particles, report.Likelihood.Examples));
        Assert.Equal((LikelihoodKind.LowerBound, 3L, 101L), (report.Elbo!.Kind, report.Elbo.Particles, report.Elbo.Examples));
        Assert.Equal(-report.Rate!.Value - report.Distortion!.Value, report.Elbo.LogLikelihood, 1e-9);
        Assert.True(report.Elbo.LogLikelihood < report.Likelihood.LogLikelihood);
        Assert.True(report.Likelihood.Lower < report.Likelihood.LogLikelihood && report.Likelihood.LogLikelihood < report.Likelihood.Upper);
        Assert.Equal((7L, 7L), (report.Annealed!.Examples, report.LikelihoodOfAnnealed!.Examples));
        Assert.Equal(31, report.Information!.Examples);
        Assert.Equal(3, Assert.Single(report.Latents).Units);
        Assert.NotNull(report.Diagnosis);
        Assert.Null(report.Likelihood.BitsPerDimension); // binary data
        Assert.Equal(("bars", "train", 2), (report.Protocol.Data, report.Protocol.Part, report.Protocol.Levels));
        Assert.Equal(splits.Protocol, report.Protocol.Split);
        Assert.Equal($"101 of {splits.Train.Count}, at equal distances", report.Protocol.Selection);
        Assert.Equal(new EvaluatedModel("vae", 16 * 11 + 11 + 66 + 6 + 33 + 11 + 176 + 16, 12), report.Model);
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_number_of_threads()
    {
        var splits = BarsSplits;
        var settings = Quick with { Annealing = new() { Chains = 3, Temperatures = 5 }, AnnealedExamples = 7 };
        var reports = new[] { 1, 2, 3 }.Select(threads => (Report(splits, settings, threads) with { Seconds = 0 }).ToJson()).ToArray();
        Assert.Equal(reports[0], reports[1]);
        Assert.Equal(reports[0], reports[2]);
    }

    [Fact]
    public void Seeds_change_the_draws_and_nothing_else()
    {
        var splits = BarsSplits;
        var (one, other) = (Report(splits, Quick, 2), Report(splits, Quick with { Seed = 6 }, 2));
        Assert.NotEqual(one.Likelihood!.LogLikelihood, other.Likelihood!.LogLikelihood);
        Assert.Equal(one.Likelihood.LogLikelihood, other.Likelihood.LogLikelihood, 0.2);
        Assert.Empty(Comparison.Of([one, other]).Refusals);
        var changed = other with { Protocol = other.Protocol with { Fingerprint = "0123456789ABCDEF" } };
        Assert.Equal(splits.Train.Fingerprint, one.Protocol.Fingerprint);
        Assert.Equal($"vae does not compare with vae: content of the data 0123456789ABCDEF, not {splits.Train.Fingerprint}.", Assert.Single(Comparison.Of([one, changed]).Refusals).ToString());
    }

    [Fact]
    public void Dynamic_binarization_draws_each_example_once_per_seed()
    {
        var grey = new Dataset("grey", new(ElementType.UInt8, [50, 1, 4, 4], Enumerable.Repeat((byte)128, 800).ToArray()), 256);
        var splits = new DataSplits("grey", "as made", grey).Preprocessed(new() { Binarization = Binarization.Dynamic });
        var (first, again, other) = (Report(splits, Quick, 2), Report(splits, Quick, 1), Report(splits, Quick with { Seed = 6 }, 2));
        Assert.Equal(first.Likelihood, again.Likelihood);
        Assert.NotEqual(first.Distortion, other.Distortion);
        Assert.Equal("dynamic binarization", first.Protocol.Preprocessing);
        Assert.Null(first.Likelihood!.BitsPerDimension);
    }

    [Fact]
    public void Coins_for_grey_values_are_noted_to_be_no_probability()
    {
        var grey = new Dataset("grey", new(ElementType.UInt8, [50, 1, 4, 4], Enumerable.Repeat((byte)128, 800).ToArray()), 256);
        var report = Report(new DataSplits("grey", "as made", grey), Quick, 2);
        Assert.Contains(report.Notes, note => note.Contains("Binarize", StringComparison.Ordinal));
        Assert.Null(report.Likelihood!.BitsPerDimension);
        Assert.DoesNotContain(Report(BarsSplits, Quick, 2).Notes, note => note.Contains("Binarize", StringComparison.Ordinal));
    }

    /// <summary>Each of 256 levels has the same probability.</summary>
    private sealed class UniformLevels : LatentVariableModel
    {
        public override void Run(Tracer t, Tensor? x, Tensor? context)
        {
            var levels = new Independent(new Categorical(Tensor.Zeros([x!.Size(0), 3, 256])), 1);
            t.Observed("x", levels, (x * 255).Round().To(ElementType.Int64));
        }
    }

    [Fact]
    public void Uniform_bytes_take_eight_bits_per_dimension() => Scoped(() =>
    {
        var data = new Dataset("bytes", new(ElementType.UInt8, [7, 3], Enumerable.Range(0, 21).Select(i => (byte)(12 * i)).ToArray()), 256);
        using var replicas = new ModelReplicas(new UniformLevels());
        var splits = new DataSplits("bytes", "as made", data);
        var report = Evaluator.Evaluate(replicas, new("uniform", 0), splits, data, Quick);
        Assert.Equal(LikelihoodKind.Exact, report.Likelihood!.Kind);
        Assert.Equal(8, report.Likelihood.BitsPerDimension!.Value, 1e-6);
        Assert.Equal(0, report.Likelihood.StandardError, 1e-9);
        Assert.Null(report.Elbo);
        Assert.Null(report.Diagnosis);
    });

    [Fact]
    public void Densities_of_standardised_data_are_given_in_original_units() => Scoped(() =>
    {
        var values = new float[2 * 501];
        new Rng(1).Normal(values);
        for (var i = 0; i < values.Length; i++) values[i] = 3 + 10 * values[i];
        var splits = new DataSplits("wide", "as made", new("wide", HostArray.From<float>(values, [501, 2]))).Preprocessed(new() { Standardize = true });
        using var replicas = new ModelReplicas(new Density(new Unconditional(() => DiagonalNormal.Standard(2))));
        var report = Evaluator.Evaluate(replicas, new("normal", 0), splits, splits.Train, Quick);
        // The mean over a standardised set of log N(z; 0, I) is −D (1 + log 2π) / 2.
        var expected = -(1 + Math.Log(2 * Math.PI)) - splits.Standardization!.Scale.ToArray().Sum(Math.Log);
        Assert.Equal(expected, report.Likelihood!.LogLikelihood, 1e-4);
        Assert.Null(report.Likelihood.BitsPerDimension);
    });

    [Fact]
    public void Parts_of_other_data_are_refused()
    {
        var splits = BarsSplits;
        Assert.Throws<ArgumentException>(() => EvaluationProtocol.Of(splits, Bars.Make(5), Quick));
        Assert.Equal("test", EvaluationProtocol.Of(splits, splits.Test!, Quick).Part);
        Assert.Equal("validation", EvaluationProtocol.Of(splits, splits.Validation!, Quick).Part);
        Assert.Equal("all 29", EvaluationProtocol.Of(splits, splits.Test!, Quick with { Examples = 1000 }).Selection);
    }

    [Fact]
    public void Progress_goes_from_stage_to_stage_and_to_the_end() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        using var replicas = new ModelReplicas(oracle.Model(oracle.ExactPosterior), ElementType.Float64);
        var data = oracle.Data(400);
        var heard = new List<string>();
        replicas.Progressed = share => heard.Add($"{share:0.0}");
        Evaluator.Evaluate(replicas, new("exact", 0), new("x", "as made", data), data, Quick, heard.Add);
        Assert.Equal(["bound", "information", "likelihood"], heard.Where(word => char.IsLetter(word[0])));
        Assert.Equal("1.0", heard[^1]);
    });

    [Fact]
    public void Reports_survive_json()
    {
        var report = Report(BarsSplits, Quick, 1);
        var restored = EvaluationReport.FromJson(report.ToJson());
        Assert.Equal(report.ToJson(), restored.ToJson());
        Assert.Equal(report.Likelihood, restored.Likelihood);
        Assert.Equal(report.Information, restored.Information);
        Assert.Equal(report.Diagnosis!.Summary, restored.Diagnosis!.Summary);
        Assert.Contains("\"kind\": \"estimate\"", report.ToJson(), StringComparison.Ordinal);
        var broken = report with { Likelihood = report.Likelihood! with { LogLikelihood = double.NegativeInfinity, StandardError = double.NaN } };
        Assert.Equal(broken.Likelihood, EvaluationReport.FromJson(broken.ToJson()).Likelihood);
        Assert.Throws<JsonException>(() => EvaluationReport.FromJson("{}"));
        Assert.Throws<JsonException>(() => EvaluationReport.FromJson("null"));
    }

    private static readonly EvaluationReport Reference = new()
    {
        Model = new("vae", 10, Run: "first"),
        Protocol = new()
        {
            Data = "mnist",
            Part = "test",
            Split = "as published",
            Preprocessing = "static binarization (seed 0)",
            Levels = 2,
            Shape = [784],
            Examples = 2000,
            Available = 10_000,
            Seed = 0,
        },
        Likelihood = Estimate(-90, LikelihoodKind.Estimate),
    };

    private static LikelihoodEstimate Estimate(double value, LikelihoodKind kind) => new() { LogLikelihood = value, Kind = kind, StandardError = 1, Lower = value - 2, Upper = value + 2, Examples = 2000 };

    [Theory]
    [InlineData(3000, 5, false, true), InlineData(2000, 6, false, true), InlineData(1000, 6, false, true), InlineData(3000, 4, false, true), InlineData(2000, 5, true, true)]
    [InlineData(2000, 5, false, false), InlineData(1000, 5, true, false), InlineData(2000, 4, true, false)]
    public void A_report_of_more_examples_or_draws_is_fuller(long examples, long draws, bool isAnnealed, bool isFuller)
    {
        EvaluationReport Report(long n, long k, bool annealed) => Reference with
        {
            Protocol = Reference.Protocol with { Examples = n },
            Likelihood = Reference.Likelihood! with { Particles = k },
            Annealed = annealed ? Reference.Likelihood : null,
        };
        Assert.Equal(isFuller, Report(examples, draws, isAnnealed).IsFullerThan(Report(2000, 5, false)));
    }

    public static TheoryData<string> Aspects => ["data", "part", "split", "preprocessing", "levels", "shape", "examples"];

    [Theory, MemberData(nameof(Aspects))]
    public void What_differs_in_protocol_does_not_compare(string aspect)
    {
        var protocol = aspect switch
        {
            "data" => Reference.Protocol with { Data = "fashion-mnist" },
            "part" => Reference.Protocol with { Part = "validation" },
            "split" => Reference.Protocol with { Split = "random" },
            "preprocessing" => Reference.Protocol with { Preprocessing = "dynamic binarization" },
            "levels" => Reference.Protocol with { Levels = 256 },
            "shape" => Reference.Protocol with { Shape = [1, 14, 14] },
            _ => Reference.Protocol with { Examples = 10_000 },
        };
        var refusal = Assert.Single(Comparison.Of([Reference, Reference with { Model = new("flow", 20), Protocol = protocol }]).Refusals);
        Assert.Equal(aspect, refusal.Aspect);
        Assert.StartsWith($"flow does not compare with first: {aspect} ", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_density_given_the_class_does_not_compare_with_one_of_x_alone()
    {
        var given = Reference with { Model = new("made", 20, IsConditional: true) };
        Assert.Equal("made does not compare with first: density p(x|class), not p(x).", Assert.Single(Comparison.Of([Reference, given]).Refusals).ToString());
        Assert.Empty(Comparison.Of([given, given]).Refusals);
    }

    [Fact]
    public void Comparable_reports_are_ordered_by_likelihood()
    {
        var shaped = Reference with { Model = new("conv", 30), Protocol = Reference.Protocol with { Shape = [1, 28, 28], Seed = 9 }, Likelihood = Estimate(-85, LikelihoodKind.LowerBound) };
        var none = Reference with { Model = new("gan", 40), Likelihood = null };
        var comparison = Comparison.Of([none, Reference, shaped]);
        Assert.Equal(["conv", "vae", "gan"], comparison.Ranking.Select(report => report.Model.Name));
        Assert.Empty(comparison.Refusals);
    }

    [Fact]
    public void The_bootstrap_finds_the_standard_error_of_a_mean()
    {
        var values = new double[997];
        new Rng(1).Normal(values);
        var (error, lower, upper) = Bootstrap.Mean(values);
        Assert.Equal(1 / Math.Sqrt(997), error, 0.003);
        Assert.Equal(values.Average() - 1.96 * error, lower, 0.01);
        Assert.Equal(values.Average() + 1.96 * error, upper, 0.01);
        Assert.Equal((0.0, 2.0, 2.0), Bootstrap.Mean([2, 2, 2]));
        Assert.Equal((double.NaN, double.NaN, double.NaN), Bootstrap.Mean([2, double.NegativeInfinity]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Mean([]));
    }

    [Fact]
    public void Weights_are_summed_whatever_their_size()
    {
        var sum = new WeightSum();
        foreach (var logWeight in new[] { double.NegativeInfinity, -1000, -1000 + Math.Log(2), -1000 + Math.Log(3) }) sum.Add(logWeight);
        Assert.Equal(-1000 + Math.Log(6 / 4.0), sum.LogMean, 1e-12);
        Assert.Equal(36 / 14.0, sum.EffectiveSampleSize, 1e-12);
        var nothing = new WeightSum();
        nothing.Add(double.NegativeInfinity);
        Assert.Equal((double.NegativeInfinity, 0.0), (nothing.LogMean, nothing.EffectiveSampleSize));
        sum.Add(double.NaN);
        sum.Add(1);
        Assert.Equal(double.NaN, sum.LogMean);
    }

    [Fact]
    public void An_error_in_a_replica_reaches_the_caller_and_frees_the_thread()
    {
        using var store = new ParameterStore();
        _ = BarsVae(store.Init());
        Assert.Throws<InvalidOperationException>(() => new ModelReplicas(init => throw new InvalidOperationException("no model"), store, 2));
        using var replicas = new ModelReplicas(BarsVae, store, 2);
        Assert.Throws<ArgumentException>(() => Scores.LogLikelihood(replicas, new("wrong", HostArray.From<float>(new float[50], [10, 5])), new(1)));
        Assert.Equal(10, Scores.LogLikelihood(replicas, Bars.Make(10, 4), new(1)).Nats.Count);
    }
}
