using System.Text.RegularExpressions;
using Latent.Catalog;
using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Divergences;
using Latent.Evaluation;
using Latent.Models;
using Latent.Tests.Identities;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Evaluation;

/// <summary>What is said of latent variables, against models where it is known.</summary>
public sealed partial class DiagnosisTests : ScopedTest
{
    private static ModelReplicas One(LatentVariableModel model) => new(model, ElementType.Float64);

    /// <summary>q(z|x) = N(A (x − b) + c, L Lᵀ): information and marginal divergence over the model's own x in closed form.</summary>
    private static (double Information, double Divergence) ClosedForms(LinearGaussian oracle, double shift, double widening)
    {
        var factor = oracle.PosteriorFactor * widening;
        var zero = oracle.PosteriorMean(oracle.Bias.Unsqueeze(0));
        // The columns of A are the posterior means of unit vectors.
        var a = (oracle.PosteriorMean(oracle.Bias + Tensor.Ones([LinearGaussian.Dimensions], dtype: ElementType.Float64).DiagEmbed()) - zero).Transpose(0, 1);
        var spread = a.MatMul(oracle.Marginal.ScaleFactor);
        var covariance = spread.MatMul(spread.Transpose(0, 1)) + factor.MatMul(factor.Transpose(0, 1));
        var aggregate = new MultivariateNormal(zero[0] + shift, covariance.LinalgCholesky());
        var information = (aggregate.Entropy! - new MultivariateNormal(zero[0], factor).Entropy!).Item<double>();
        return (information, KL.ClosedForm(aggregate, LinearGaussian.StandardPrior.Given())!.Item<double>());
    }

    [Theory, InlineData(0, 1), InlineData(0.6, 1.4), InlineData(-0.3, 0.8)]
    public void Information_and_marginal_divergence_have_their_closed_forms(double shift, double widening) => Scoped(() =>
    {
        var oracle = new LinearGaussian(noise: 2);
        var (information, divergence) = ClosedForms(oracle, shift, widening);
        if (shift == 0)
        {
            Assert.Equal(oracle.Information, information, 1e-10); // the oracle's two formulas agree
            Assert.Equal(0, divergence, 1e-10);
        }
        using var replicas = One(oracle.Model(oracle.WrongPosterior(shift, widening)));
        var estimate = AggregatePosterior.Information(replicas, oracle.Data(2003), new(1))!;
        // N examples stand for all x: the estimate is lower by about E[q(z|x) / q(z)] / N, some thousandths here.
        Assert.True(Math.Abs(estimate.MutualInformation - information) < 4 * estimate.MutualInformationError + 0.02, $"{estimate}, not {information}");
        Assert.True(Math.Abs(estimate.MarginalDivergence - divergence) < 4 * estimate.MarginalDivergenceError + 0.02, $"{estimate}, not {divergence}");
        Assert.InRange(estimate.MutualInformationError, 0.001, 0.05);
        Assert.Equal(2003, estimate.Examples);
        Assert.Null(estimate.UnitDivergence); // the posterior's units are not independent
        Assert.False(estimate.IsAtCeiling);
    });

    [Fact]
    public void Units_diverge_from_the_prior_as_their_closed_forms_say() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        using var replicas = One(FirstUnit(oracle, 0.5));
        var estimate = AggregatePosterior.Information(replicas, oracle.Data(2003), new(1))!;
        // z₀ ~ N(0.5 b₀, 0.25 Var(x₀) + 1), the other units are standard normal.
        var factor = oracle.Marginal.ScaleFactor;
        var variance = 0.25 * factor[0].Square().Sum() + 1;
        var expected = KL.ClosedForm(new Normal(0.5 * oracle.Bias[0], variance.Sqrt()), new Normal(oracle.Bias[0] * 0, oracle.Bias[0] * 0 + 1))!.Item<double>();
        Assert.True(expected > 0.2);
        Assert.Equal(expected, estimate.UnitDivergence!.Value, 0.1);
        Assert.Equal(0.5 * Math.Log(variance.Item<double>()), estimate.MutualInformation, 0.05);
    });

    [Fact]
    public void Holes_are_seen_unit_by_unit_where_information_is_at_its_ceiling()
    {
        LatentActivity[] latents = [new("z", [2], 25, null, [1, 1])];
        Assert.False(CollapseDiagnosis.Of(latents, new(7.5, 0.1, 17.5, 0.1, 0.5, 2000)).HasPriorHoles); // 17.5 is what log 2000 leaves of the rate
        Assert.False(CollapseDiagnosis.Of(latents, new(7.5, 0.1, 17.5, 0.1, null, 2000)).HasPriorHoles);
        Assert.True(CollapseDiagnosis.Of(latents, new(7.5, 0.1, 17.5, 0.1, 9, 2000)).HasPriorHoles);
        Assert.True(CollapseDiagnosis.Of(latents, new(4, 0.1, 21, 0.1, null, 2000)).HasPriorHoles);
    }

    [Fact]
    public void Information_reaches_no_further_than_the_number_of_examples() => Scoped(() =>
    {
        var oracle = new LinearGaussian(noise: 0.001);
        using var replicas = One(oracle.Model(oracle.ExactPosterior));
        var estimate = AggregatePosterior.Information(replicas, oracle.Data(101), new(1))!;
        Assert.True(oracle.Information > 15);
        Assert.Equal(Math.Log(101), estimate.MutualInformation, 1e-3);
        Assert.True(estimate.IsAtCeiling);
    });

    [Fact]
    public void Information_of_a_hierarchy_is_that_of_all_its_levels() => Scoped(() =>
    {
        // A second level that copies noise adds nothing: I((z, w); x) = I(z; x) where w depends on z alone.
        var oracle = new LinearGaussian(noise: 2);
        using var one = One(oracle.Model(oracle.ExactPosterior));
        using var two = One(new WithCopy(oracle));
        var data = oracle.Data(211);
        var (single, both) = (AggregatePosterior.Information(one, data, new(1))!, AggregatePosterior.Information(two, data, new(1))!);
        Assert.Equal(single.MutualInformation, both.MutualInformation, 1e-9);
        Assert.Equal(single.MarginalDivergence, both.MarginalDivergence, 1e-9);
    });

    /// <summary>z as in the oracle, and w ~ N(z, 1) whose posterior is its prior.</summary>
    private sealed class WithCopy(LinearGaussian oracle) : LatentVariableModel
    {
        public override void Run(Tracer t, Tensor? x, Tensor? context)
        {
            var z = t.Latent("z", LinearGaussian.StandardPrior.Given(), () => oracle.ExactPosterior.Given(x));
            t.Latent("w", new DiagonalNormal(z, Tensor.Ones([LinearGaussian.Latents], dtype: ElementType.Float64)));
            t.Observed("x", oracle.Decoder.Given(z), x);
        }
    }

    [Fact]
    public void A_prior_of_each_class_has_no_aggregate_to_compare_with() => Scoped(() =>
    {
        var prior = new Parametric(_ => Tensor.Zeros([1, 6]), Heads.DiagonalNormal(3));
        var model = new Vae(new Parametric(labels => Tensor.Zeros([labels.Size(0), 6]), Heads.DiagonalNormal(3)), prior, new Parametric(z => z, Heads.NormalWithScale([3], 1)));
        using var replicas = new ModelReplicas(model);
        Assert.Null(AggregatePosterior.Information(replicas, new("x", HostArray.From<float>(new float[6], [2, 3]), labels: [0, 1]), new(1)));
    });

    /// <summary>An encoder whose first unit follows the first value of x with this slope, and whose others say nothing.</summary>
    private static Vae FirstUnit(LinearGaussian oracle, double slope)
    {
        var posterior = new Parametric(
            x => Tensor.Cat([slope * x.Narrow(1, 0, 1), Tensor.Zeros([x.Size(0), 5], dtype: ElementType.Float64)], -1), Heads.DiagonalNormal(3));
        return oracle.Model(posterior);
    }

    [Fact]
    public void Active_units_are_those_whose_mean_moves() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(997);
        using var replicas = One(FirstUnit(oracle, 0.3));
        var activity = Assert.Single(VariationalBound.Of(replicas, data, new(1)).Latents);
        var x = LinearGaussian.X(data);
        var first = x.Narrow(1, 0, 1) * 0.3;
        Assert.Equal(first.Var([0]).Item<double>(), activity.UnitVariances[0], 1e-10);
        Assert.Equal([0, 0], activity.UnitVariances.Skip(1));
        Assert.Equal((1, 3), (activity.ActiveUnits, activity.Units));
        Assert.Equal(0.5 * first.Square().Mean().Item<double>(), activity.UnitRates![0], 1e-10);
        Assert.Equal([0, 0], activity.UnitRates.Skip(1));
        Assert.Equal(activity.UnitRates.Sum(), activity.Rate, 1e-10);
        Assert.Equal([3L], activity.Shape);
        Assert.Equal("z", activity.Name);
    });

    [Fact]
    public void Means_that_come_from_draws_are_freed_of_their_noise() => Scoped(() =>
    {
        using var replicas = One(new TwoLevels(ElementType.Float64));
        var data = new Dataset("x", HostArray.From<float>(new float[3 * 2003], [2003, 3])); // all alike: no mean moves
        var activity = VariationalBound.Of(replicas, data, new(1), particles: 5).Latents;
        Assert.Equal(["z/1", "z/0"], activity.Select(a => a.Name));
        Assert.All(activity[0].UnitVariances, variance => Assert.Equal(0, variance, 1e-20));
        Assert.All(activity[1].UnitVariances, variance => Assert.InRange(variance, 0, 0.001)); // uncorrected 0.2² 0.8² / 5 = 0.005
    });

    [Fact]
    public void Encodings_are_the_posteriors_moments() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(29);
        using var replicas = One(oracle.Model(oracle.ExactPosterior));
        var encoded = Assert.Single(Encoding.Of(replicas, data, new(1)));
        Assert.Equal("z", encoded.Name);
        Assert.Equal(new Shape([29, 3]), encoded.Means.Shape);
        Close.Equal(oracle.PosteriorMean(LinearGaussian.X(data)), Tensor.From(encoded.Means), 1e-6);
        var scales = oracle.PosteriorFactor.MatMul(oracle.PosteriorFactor.Transpose(0, 1)).Diagonal(0, 0, 1).Sqrt().Expand([29, 3]);
        Close.Equal(scales, Tensor.From(encoded.Scales), 1e-6);
    });

    [Fact]
    public void Encodings_of_lower_levels_are_taken_over_the_levels_above() => Scoped(() =>
    {
        using var replicas = One(new TwoLevels(ElementType.Float64));
        var values = new float[3 * 1009];
        new Rng(1).Normal(values);
        var encoded = Encoding.Of(replicas, new("x", HostArray.From<float>(values, [1009, 3])), new(2));
        Close.Equal(0.5 * Tensor.From(values, 1009, 3), Tensor.From(encoded[0].Means), 1e-6);
        var (means, scales) = (Tensor.From(encoded[1].Means), Tensor.From(encoded[1].Scales));
        // E[z/0|x] = 0.3 x + 0.2 · 0.5 x; 64 draws above leave an error of 0.16 / 8.
        var errors = (means - 0.4 * Tensor.From(values, 1009, 3)) / (0.16 / 8);
        Assert.Equal(0, errors.Mean().Item<double>(), 0.1);
        Assert.Equal(1, errors.Std().Item<double>(), 0.1);
        Assert.Equal(Math.Sqrt(0.36 + 0.16 * 0.16), scales.Mean().Item<double>(), 0.002);
    });

    [Fact]
    public void A_healthy_model_gets_no_advice() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var diagnosis = Diagnose(oracle, oracle.Model(oracle.ExactPosterior));
        Assert.Equal((CollapseVerdict.Healthy, false), (diagnosis.Verdict, diagnosis.HasPriorHoles));
        Assert.Contains("3 of 3 units are active", diagnosis.Summary, StringComparison.Ordinal);
        Assert.Empty(diagnosis.Advice);
    });

    [Fact]
    public void A_collapsed_model_is_told_so_with_remedies() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var diagnosis = Diagnose(oracle, FirstUnit(oracle, 0.001));
        Assert.Equal(CollapseVerdict.Collapse, diagnosis.Verdict);
        Assert.StartsWith("Posterior collapse: 0 of 3 units are active", diagnosis.Summary, StringComparison.Ordinal);
        Assert.Contains(diagnosis.Advice, advice => advice.Contains("free bits", StringComparison.Ordinal));
    });

    [Fact]
    public void A_posterior_far_from_the_prior_leaves_holes() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var diagnosis = Diagnose(oracle, oracle.Model(oracle.WrongPosterior(shift: 3)));
        Assert.True(diagnosis.HasPriorHoles);
        Assert.Contains("holes", diagnosis.Summary, StringComparison.Ordinal);
        Assert.Contains(diagnosis.Advice, advice => advice.Contains("mixture", StringComparison.Ordinal));
        Assert.DoesNotContain("Healthy", diagnosis.Summary, StringComparison.Ordinal);
    });

    [Fact]
    public void Advice_names_what_recipes_have() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        string[] advice = [.. Diagnose(oracle, FirstUnit(oracle, 0.001)).Advice, .. Diagnose(oracle, oracle.Model(oracle.WrongPosterior(shift: 3))).Advice];
        var settings = advice.SelectMany(sentence => Setting().Matches(sentence)).ToList();
        Assert.Equal(["model.prior", "objective.beta", "objective.freeBits"], settings.Select(setting => setting.Groups["key"].Value).Order(StringComparer.Ordinal));
        foreach (var setting in settings)
        {
            if (setting.Groups["key"].Value == "objective.freeBits") ModelCatalog.Find("vae", "objective.freeBits=0.1");
            foreach (Capture kind in setting.Groups["kind"].Captures)
                Assert.Contains(kind.Value, ModelCatalog.Kinds.Of(setting.Groups["key"].Value == "model.prior" ? typeof(PriorRecipe) : typeof(ScheduleRecipe)).Select(known => known.Name));
        }
    });

    [GeneratedRegex(@"(?<key>(model|objective)\.\w+)( of kind (?<kind>\w+)( or (?<kind>\w+))?)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [Fact]
    public void Few_active_units_are_a_partial_collapse()
    {
        LatentActivity Latent(string name, params double[] variances) => new(name, [variances.Length], variances.Sum(), null, variances);
        var one = CollapseDiagnosis.Of([Latent("z", [.. Enumerable.Range(0, 40).Select(i => i < 3 ? 1.0 : 0)])], null);
        Assert.Equal(CollapseVerdict.PartialCollapse, one.Verdict);
        Assert.StartsWith("Partial posterior collapse: 3 of 40 units are active", one.Summary, StringComparison.Ordinal);
        Assert.NotEmpty(one.Advice);
        var two = CollapseDiagnosis.Of([Latent("z/1", 0, 0), Latent("z/0", 1, 1)], null);
        Assert.Equal(CollapseVerdict.Healthy, two.Verdict);
        Assert.Contains("none in z/1", two.Summary, StringComparison.Ordinal);
    }

    private static CollapseDiagnosis Diagnose(LinearGaussian oracle, LatentVariableModel model)
    {
        using var replicas = One(model);
        var data = oracle.Data(1009);
        return CollapseDiagnosis.Of(VariationalBound.Of(replicas, data, new(1)).Latents, AggregatePosterior.Information(replicas, data, new(1)));
    }
}
