using Latent.Distributions;
using Latent.Divergences;
using Latent.Models;
using Latent.Objectives;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Oracles;

/// <summary>Bounds and weights against a model whose likelihood and posterior are known.</summary>
public sealed class LinearGaussianTests : ScopedTest
{
    private const int B = 7;

    private static double Term(Loss loss, string name) => loss.Terms.Single(t => t.Name == name).Value.Item<double>();

    [Fact]
    public void The_oracle_is_consistent() => Scoped(() =>
    {
        // log p(x) = log p(x, z) − log p(z|x) at any z.
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var z = new Rng(1).Normal([B, LinearGaussian.Latents], ElementType.Float64);
        var joint = DiagonalNormal.Standard(LinearGaussian.Latents, ElementType.Float64).LogProb(z) + oracle.Decoder.Given(z).LogProb(x);
        Close.Equal(oracle.Marginal.LogProb(x), joint - oracle.Posterior(x).LogProb(z), 1e-12);
    });

    [Theory, InlineData(1), InlineData(5)]
    public void At_the_exact_posterior_every_weight_is_the_likelihood(int particles) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var exact = oracle.Marginal.LogProb(x);
        var trace = oracle.Model(oracle.ExactPosterior).Infer(x, new(2), particles);
        Close.Equal(exact.Expand([particles, B]), trace.LogWeight, 1e-10);
        Close.Equal(exact, ImportanceWeighted.LogMeanExp(trace.LogWeight), 1e-10);
    });

    [Theory, InlineData(1), InlineData(5)]
    public void At_the_exact_posterior_the_bounds_are_the_likelihood(int particles) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var batch = oracle.Batch(B);
        var exact = oracle.Marginal.LogProb(batch.X).Mean().Item<double>();
        var model = oracle.Model(oracle.ExactPosterior);
        var elbo = new Elbo(model) { IsMonteCarlo = true, Particles = particles }.Evaluate(batch, new(3), 0);
        Assert.Equal(exact, Term(elbo, "elbo"), 1e-10);
        Assert.Equal(exact, -elbo.Value.Item<double>(), 1e-10);
        Assert.Equal(exact, Term(new ImportanceWeighted(model, particles).Evaluate(batch, new(3), 0), "bound"), 1e-10);
    });

    [Fact]
    public void At_the_exact_posterior_the_closed_rate_and_the_expected_distortion_are_the_likelihood() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        Close.Equal(oracle.Marginal.LogProb(x), ExactElbo(oracle, oracle.Model(oracle.ExactPosterior), oracle.Posterior(x), x), 1e-10);
    });

    [Fact]
    public void The_posterior_gap_is_the_divergence_from_the_posterior() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var wrong = oracle.WrongPosterior();
        var q = (MultivariateNormal)wrong.Given(x);
        var gap = oracle.Marginal.LogProb(x) - ExactElbo(oracle, oracle.Model(wrong), q, x);
        Close.Equal(KL.ClosedForm(q, oracle.Posterior(x))!.Expand([B]), gap, 1e-10);
        Assert.True(gap.Amin().Item<double>() > 0.1);
    });

    [Fact]
    public void The_closed_rate_is_the_mean_of_the_estimated_one() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var wrong = oracle.WrongPosterior();
        var trace = AtSigmaPoints(oracle.Model(wrong), (MultivariateNormal)wrong.Given(x), x);
        var site = trace.Latent("z");
        Close.Equal(site.Rate, (site.LogPosterior - site.LogPrior).Mean(0), 1e-10);
    });

    [Fact]
    public void Estimated_and_closed_rates_give_bounds_of_one_mean() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var wrong = oracle.WrongPosterior();
        var batch = oracle.Batch(B);
        var exact = ExactElbo(oracle, oracle.Model(wrong), (MultivariateNormal)wrong.Given(batch.X), batch.X).Mean().Item<double>();
        foreach (var isMonteCarlo in new[] { false, true })
        {
            var objective = new Elbo(oracle.Model(wrong)) { IsMonteCarlo = isMonteCarlo, Particles = 5 };
            var elbos = Enumerable.Range(0, 1000).Select(step => Term(objective.Evaluate(batch, new(4), step), "elbo")).ToArray();
            var (mean, error) = MeanAndError(elbos);
            Assert.True(Math.Abs(mean - exact) < 4.5 * error, $"{mean} ± {error}, not {exact}");
            Assert.True(error < 0.05);
        }
    });

    [Fact]
    public void Importance_weighted_bounds_rise_with_particles_to_the_likelihood() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var model = oracle.Model(oracle.WrongPosterior(0.4));
        var batch = oracle.Batch(B);
        var exact = oracle.Marginal.LogProb(batch.X).Mean().Item<double>();
        var bounds = Array.ConvertAll<int, (double Mean, double Error)>([1, 2, 5, 64], particles =>
        {
            var objective = new ImportanceWeighted(model, particles);
            return MeanAndError([.. Enumerable.Range(0, 600).Select(step =>
            {
                using var scope = TensorScope.Open();
                return Term(objective.Evaluate(batch, new(5), step), "bound");
            })]);
        });
        for (var i = 1; i < bounds.Length; i++)
            Assert.True(bounds[i].Mean - bounds[i - 1].Mean > 4 * (bounds[i].Error + bounds[i - 1].Error), $"bound {i}: {bounds[i]} after {bounds[i - 1]}");
        Assert.True(exact > bounds[^1].Mean && exact - bounds[^1].Mean < 0.1, $"{bounds[^1]} against {exact}");
    });

    [Fact]
    public void Importance_weights_are_unbiased() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var trace = oracle.Model(oracle.WrongPosterior()).Infer(x, new(6), 20_011);
        var ratios = (trace.LogWeight - oracle.Marginal.LogProb(x)).Exp(); // mean 1 for each example
        var means = ratios.Mean([0]).ToArray<double>();
        var errors = (ratios.Std([0]) / Math.Sqrt(20_011)).ToArray<double>();
        for (var b = 0; b < B; b++) Assert.True(Math.Abs(means[b] - 1) < 4.5 * errors[b], $"{means[b]} ± {errors[b]}");
    });

    /// <summary>−E_q[distortion] − rate, [B], without sampling error.</summary>
    private static Tensor ExactElbo(LinearGaussian oracle, LatentVariableModel model, MultivariateNormal q, Tensor x)
    {
        var trace = AtSigmaPoints(model, q, x);
        return -trace.Distortion.Mean(0) - trace.Rate!;
    }

    private static Trace AtSigmaPoints(LatentVariableModel model, MultivariateNormal q, Tensor x) =>
        model.Replay(new Dictionary<string, Tensor> { ["z"] = LinearGaussian.SigmaPoints(q) }, x, new(0));

    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length));
    }
}
