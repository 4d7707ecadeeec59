using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Evaluation;
using Latent.Models;
using Latent.Objectives;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;
using MathNet.Numerics.Integration;

namespace Latent.Tests.Oracles;

/// <summary>
/// Levels under v = σ(μ + s ε), ε logistic, whose distribution function F(v) = σ((logit v − μ)/s) gives P(x = k / (L − 1)) =
/// F((k + 1)/L) − F(k/L) in closed form.
/// </summary>
public sealed class DequantizationTests : ScopedTest
{
    private const int L = 5;
    private const double Mu = 0.7;
    private const double S = 0.6;

    private static readonly GaussLegendreRule Rule = new(0, 1, 64);

    private static Conditional Density(int size = 1) => new Unconditional(() => new Transformed(
        new Independent(new Logistic(Reals(size) * 0 + Mu, Reals(size) * 0 + S), 1), new Sigmoid()));

    private static Tensor Reals(int size) => Tensor.Ones([size], dtype: ElementType.Float64);

    /// <summary>All levels as a batch [L, 1].</summary>
    private static Tensor Levels => (Tensor.Arange(L, dtype: ElementType.Float64) / (L - 1)).Unsqueeze(-1);

    private static double F(double v) => v <= 0 ? 0 : v >= 1 ? 1 : 1 / (1 + Math.Exp(-(Math.Log(v / (1 - v)) - Mu) / S));

    private static double LogProbability(int k) => Math.Log(F((k + 1.0) / L) - F((double)k / L));

    private static Dequantized Uniformly => new(Density(), new Dequantizer(L, 1), L);

    private static Rng Rows(int seed) => new Rng((ulong)seed).Rows(Enumerable.Range(0, L).Select(i => (long)i).ToArray(), axis: 1);

    [Fact]
    public void Uniform_noise_gives_the_bound_that_quadrature_gives() => Scoped(() =>
    {
        const int draws = 40_000;
        var weights = Uniformly.Infer(Levels, Rows(1), draws).LogWeight; // [K, L]
        var (means, deviations) = (weights.Mean([0]).ToArray<double>(), weights.Std([0]).ToArray<double>());
        for (var k = 0; k < L; k++)
        {
            var v = Tensor.From([.. Rule.Abscissas.Select(u => (k + u) / L)]).Unsqueeze(-1);
            var bound = (Density().Given().LogProb(v) * Tensor.From(Rule.Weights)).Sum().Item<double>() - Math.Log(L);
            Assert.InRange(means[k] - bound, -4 * deviations[k] / Math.Sqrt(draws), 4 * deviations[k] / Math.Sqrt(draws));
            Assert.True(bound < LogProbability(k));
        }
    });

    [Fact]
    public void More_draws_tighten_it_towards_the_probability() => Scoped(() =>
    {
        const int groups = 5_000;
        var weights = Uniformly.Infer(Levels, Rows(2), groups * 16).LogWeight;
        double[] Bound(int particles) => ImportanceWeighted.LogMeanExp(weights.Narrow(0, 0, groups * particles).Reshape([particles, groups, L])).Mean([0]).ToArray<double>();
        double[][] bounds = [Bound(1), Bound(4), Bound(16)];
        for (var k = 0; k < L; k++)
        {
            var exact = LogProbability(k);
            Assert.True(bounds[0][k] < bounds[1][k] && bounds[1][k] < bounds[2][k] && bounds[2][k] < exact, $"{k}: {bounds[0][k]}, {bounds[1][k]}, {bounds[2][k]}, {exact}");
            Assert.True(exact - bounds[2][k] < 0.15 * (exact - bounds[0][k]));
        }
        Close.Equal([.. Enumerable.Range(0, L).Select(LogProbability)], ImportanceWeighted.LogMeanExp(weights), 0.01);
    });

    [Fact]
    public void Noise_of_the_density_within_the_cell_is_exact_with_one_draw() => Scoped(() =>
    {
        // u = L v − k with v = F⁻¹(F(k/L) + w P(x)), w uniform.
        var weights = new Dequantized(Density(), new Dequantizer(L, 1, new Truncated()), L).Infer(Levels, Rows(3), 7).LogWeight;
        for (var k = 0; k < L; k++) Close.Equal(weights.Select(1, k).ZerosLike() + LogProbability(k), weights.Select(1, k), 1e-9);
    });

    [Fact]
    public void What_is_drawn_falls_on_levels_with_their_probabilities() => Scoped(() =>
    {
        const int draws = 40_000;
        var x = Uniformly.Generate(draws, new(4)).Observations[0].Value.Reshape([draws]);
        for (var k = 0; k < L; k++)
        {
            var p = Math.Exp(LogProbability(k));
            var frequency = (x - k / (L - 1.0)).Abs().Lt(1e-9).To(ElementType.Float64).Mean().Item<double>();
            Assert.InRange(frequency - p, -4 * Math.Sqrt(p / draws), 4 * Math.Sqrt(p / draws));
        }
    });

    [Theory]
    [InlineData(256), InlineData(32), InlineData(10)]
    public void An_even_density_takes_exactly_the_bits_of_the_levels(int levels)
    {
        var values = new byte[31 * 7];
        for (var i = 0; i < values.Length; i++) values[i] = (byte)(i * 37 % levels);
        var data = new Dataset("levels", new(ElementType.UInt8, [31, 7], values), levels);
        var model = new Dequantized(
            new Unconditional(() => new Independent(new Uniform(Tensor.Zeros([7]), Tensor.Ones([7])), 1)), new Dequantizer(levels, 1), levels);
        var report = Evaluator.Evaluate(new ModelReplicas(model), new("even", 0), new("levels", "as made", data), data, new() { Particles = 70, BoundParticles = 3 });
        Assert.Equal((LikelihoodKind.Estimate, LikelihoodKind.LowerBound), (report.Likelihood!.Kind, report.Elbo!.Kind));
        Assert.Equal(Math.Log2(levels), report.Likelihood.BitsPerDimension!.Value, 1e-6);
        Assert.Equal(Math.Log2(levels), report.Elbo.BitsPerDimension!.Value, 1e-6);
        // What has noise within its levels is no code: nothing is said of its rate.
        Assert.Null(report.Rate);
        Assert.Null(report.Information);
        Assert.Null(report.Diagnosis);
        Assert.Empty(report.Latents);
    }

    [Fact]
    public void Every_level_keeps_its_draws_in_single_precision() => Scoped(() =>
    {
        foreach (var levels in new[] { 2, 10, 32, 255, 256 })
        {
            var x = (Tensor.Arange(levels) / (levels - 1f)).Unsqueeze(-1);
            var model = new Dequantized(new Unconditional(() => new Independent(new Uniform(Tensor.Zeros([1]), Tensor.Ones([1])), 1)), new Dequantizer(levels, 1), levels);
            var trace = model.Infer(x, new(5), 10_000);
            Assert.True(trace.LogWeight.IsFinite().All().IsNonZero());
            Close.Equal(trace.LogWeight.ZerosLike() - Math.Log(levels), trace.LogWeight, 1e-4);
        }
    });

    /// <summary>q(u|x) that p(v) has on the cell of x.</summary>
    private sealed class Truncated : Conditional
    {
        public override Distribution Given(Tensor? context = null)
        {
            var level = (context! * (L - 1)).Round();
            var edges = Tensor.From([.. Enumerable.Range(0, L + 1).Select(k => F((double)k / L))]);
            var low = edges.IndexSelect(0, level.Flatten().To(ElementType.Int64)).Unsqueeze(-1);
            var high = edges.IndexSelect(0, level.Flatten().To(ElementType.Int64) + 1).Unsqueeze(-1);
            Tensor Number(double value) => Tensor.Of(value);
            return new Transformed(
                new Independent(new Uniform(level * 0, level * 0 + 1), 1),
                new Affine(low, high - low, 1).Then(new Sigmoid().Inverted).Then(new Affine(Number(Mu), Number(S))).Then(new Sigmoid()).Then(new Affine(-level, Number(L), 1)));
        }
    }
}
