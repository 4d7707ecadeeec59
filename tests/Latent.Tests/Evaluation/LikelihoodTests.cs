using Latent.Conditionals;
using Latent.Data;
using Latent.Divergences;
using Latent.Evaluation;
using Latent.Models;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Evaluation;

/// <summary>Estimators of log p(x) where it is known.</summary>
public sealed class LikelihoodTests : ScopedTest
{
    private const int N = 23;

    private static ModelReplicas One(LatentVariableModel model) => new(model, ElementType.Float64);

    private static double[] Exact(LinearGaussian oracle, Dataset data) => oracle.Marginal.LogProb(LinearGaussian.X(data)).ToArray<double>();

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    [Theory, InlineData(1), InlineData(5), InlineData(133)]
    public void Importance_sampling_at_the_exact_posterior_is_exact(long particles) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(N);
        using var replicas = One(oracle.Model(oracle.ExactPosterior));
        var estimate = ImportanceSampling.LogLikelihood(replicas, data, new(1), particles);
        AssertClose(Exact(oracle, data), estimate.Nats, 1e-10);
        AssertClose([.. Enumerable.Repeat((double)particles, N)], estimate.EffectiveSampleSizes!, 1e-6);
        Assert.Equal((LikelihoodKind.Estimate, particles), (estimate.Kind, estimate.Particles));
    });

    [Fact]
    public void Importance_sampling_is_unbiased_in_the_likelihood_and_below_it_in_nats() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(2003);
        using var replicas = One(oracle.Model(oracle.WrongPosterior()));
        var exact = Exact(oracle, data);
        var before = double.NegativeInfinity;
        foreach (var particles in new[] { 1, 7, 130 })
        {
            var gaps = ImportanceSampling.LogLikelihood(replicas, data, new(1), particles).Nats.Zip(exact, (estimate, truth) => estimate - truth).ToArray();
            Assert.True(gaps.Average() < 0 && gaps.Average() > before + 0.01);
            before = gaps.Average();
            if (particles > 1) AssertMeanIsOne([.. gaps.Select(Math.Exp)]);
        }
        Assert.True(before > -0.05);
    });

    [Fact]
    public void Annealing_finds_the_likelihood_even_where_the_encoder_is_wrong() => Scoped(() =>
    {
        var oracle = new LinearGaussian(noise: 1);
        var data = oracle.Data(N);
        using var replicas = One(oracle.Model(oracle.WrongPosterior(shift: 6, widening: 0.2)));
        var exact = Exact(oracle, data);
        Assert.True(ImportanceSampling.LogLikelihood(replicas, data, new(1), 100).Nats.Zip(exact, (estimate, truth) => truth - estimate).Min() > 5);

        const int Chains = 64;
        var annealed = new AnnealedImportanceSampling { Chains = Chains, Temperatures = 60 }.LogLikelihood(replicas, data, new(2));
        Assert.Equal((LikelihoodKind.Estimate, Chains), (annealed.Kind, annealed.Particles));
        for (var i = 0; i < N; i++)
        {
            // Var(mean w) / (E w)² = (K / ESS − 1) / K.
            var error = Math.Sqrt((Chains / annealed.EffectiveSampleSizes![i] - 1) / Chains);
            Assert.True(Math.Abs(annealed.Nats[i] - exact[i]) < 4 * error && error < 0.2, $"{annealed.Nats[i]} ± {error}, not {exact[i]}");
        }
        AssertMeanIsOne([.. annealed.Nats.Zip(exact, (estimate, truth) => Math.Exp(estimate - truth))]);
    });

    [Fact]
    public void Annealing_with_one_temperature_is_naive_monte_carlo() => Scoped(() =>
    {
        var oracle = new LinearGaussian(noise: 3);
        var data = oracle.Data(N);
        using var replicas = One(oracle.Model(oracle.ExactPosterior));
        var annealed = new AnnealedImportanceSampling { Chains = 2000, Temperatures = 1 }.LogLikelihood(replicas, data, new(2));
        AssertMeanIsOne([.. annealed.Nats.Zip(Exact(oracle, data), (estimate, truth) => Math.Exp(estimate - truth))]);
    });

    [Fact]
    public void Annealing_refuses_what_it_cannot_do() => Scoped(() =>
    {
        using var two = One(new Identities.TwoLevels(ElementType.Float64));
        var data = new Dataset("x", HostArray.From<float>(new float[9], [3, 3]));
        Assert.Contains("'z/1', 'z/0'", Assert.Throws<NotSupportedException>(() => new AnnealedImportanceSampling().LogLikelihood(two, data, new(1))).Message, StringComparison.Ordinal);
        using var none = One(new Density(LinearGaussian.StandardPrior));
        Assert.Throws<NotSupportedException>(() => new AnnealedImportanceSampling().LogLikelihood(none, data, new(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnnealedImportanceSampling { Chains = 0 });
    });

    [Fact]
    public void The_bound_and_its_parts_are_those_of_the_closed_forms() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(503);
        var x = LinearGaussian.X(data);
        var wrong = oracle.WrongPosterior();
        using var replicas = One(oracle.Model(wrong));
        var bound = VariationalBound.Of(replicas, data, new(1), particles: 7);
        var rates = KL.ClosedForm(wrong.Given(x), LinearGaussian.StandardPrior.Given())!.ToArray<double>();
        AssertClose(rates, bound.Rates, 1e-10);
        for (var i = 0; i < rates.Length; i++) Assert.Equal(-bound.Rates[i] - bound.Distortions[i], bound.Elbo.Nats[i], 1e-12);
        // log p(x) − E[elbo] = KL(q ‖ p(z|x)).
        var gaps = KL.ClosedForm(wrong.Given(x), oracle.Posterior(x))!.Expand([503]).ToArray<double>();
        var excess = Exact(oracle, data).Select((exact, i) => exact - gaps[i] - bound.Elbo.Nats[i]).ToArray();
        var (error, _, _) = Bootstrap.Mean(excess);
        Assert.True(Math.Abs(excess.Average()) < 4 * error && error < 0.1, $"{excess.Average()} ± {error}");
        Assert.Equal(LikelihoodKind.LowerBound, bound.Elbo.Kind);
    });

    [Fact]
    public void Scores_are_exact_without_latents_and_in_original_units() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(N);
        using var density = One(new Density(new Unconditional(() => oracle.Marginal)));
        var scores = Scores.LogLikelihood(density, data, new(1));
        Assert.Equal((LikelihoodKind.Exact, (long?)null), (scores.Kind, scores.Particles));
        AssertClose(Exact(oracle, data), scores.Nats, 1e-12);
        var standardization = new Standardization([0, 0, 0, 0, 0], [10, 10, 10, 10, 10]);
        AssertClose([.. Exact(oracle, data).Select(nats => nats - 5 * Math.Log(10))], Scores.LogLikelihood(density, data, new(1), standardization: standardization).Nats, 1e-12);

        using var latent = One(oracle.Model(oracle.ExactPosterior));
        Assert.Equal((LikelihoodKind.Estimate, 3), (Scores.LogLikelihood(latent, data, new(1), particles: 3).Kind, Scores.LogLikelihood(latent, data, new(1), particles: 3).Particles));
    });

    [Fact]
    public void Estimators_refuse_models_of_the_other_kind() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var data = oracle.Data(N);
        using var density = One(new Density(new Unconditional(() => oracle.Marginal)));
        using var latent = One(oracle.Model(oracle.ExactPosterior));
        Assert.Contains("'z'", Assert.Throws<NotSupportedException>(() => ExactLikelihood.LogLikelihood(latent, data, new(1))).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => VariationalBound.Of(density, data, new(1)));
        Assert.Throws<NotSupportedException>(() => Encoding.Of(density, data, new(1)));
        Assert.Throws<NotSupportedException>(() => AggregatePosterior.Information(density, data, new(1)));
    });

    /// <summary>Fails if the mean is further from 1 than chance takes it in 4 of 100,000 cases.</summary>
    private static void AssertMeanIsOne(double[] ratios)
    {
        var error = MathNet.Numerics.Statistics.Statistics.StandardDeviation(ratios) / Math.Sqrt(ratios.Length);
        Assert.True(Math.Abs(ratios.Average() - 1) < 4.1 * error && error < 0.2, $"{ratios.Average()} ± {error}, not 1");
    }
}
