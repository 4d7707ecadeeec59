using Latent.Conditionals;
using Latent.Evaluation;
using Latent.Models;
using Latent.Tests.Identities;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Evaluation;

public sealed class GenerationTests : ScopedTest
{
    private const int B = 7;
    private const int D = LinearGaussian.Dimensions;

    private static Vae Exact(LinearGaussian oracle) => oracle.Model(oracle.ExactPosterior);

    private static Tensor Transposed(Tensor matrix) => matrix.Transpose(0, 1);

    [Theory, InlineData(true), InlineData(false)]
    public void Samples_have_the_moments_of_the_model(bool draw) => Scoped(() =>
    {
        const int N = 20_011;
        var oracle = new LinearGaussian();
        var x = Generation.Samples(Exact(oracle), N, new(1), draw);
        Assert.Equal(new Shape([N, D]), x.Shape);
        // Of p(x) where x is drawn; else of W z + b.
        var expected = oracle.Weight.MatMul(Transposed(oracle.Weight)) + (draw ? oracle.Noise * oracle.Noise : 0) * Tensor.Ones([D], dtype: ElementType.Float64).DiagEmbed();
        var variances = expected.Diagonal(0, 0, 1).ToArray<double>();
        var means = (x.Mean([0]) - oracle.Bias).ToArray<double>();
        for (var d = 0; d < D; d++) Assert.True(Math.Abs(means[d]) < 5 * Math.Sqrt(variances[d] / N), $"The mean of coordinate {d} is off by {means[d]}.");
        var centred = x - x.Mean([0]);
        var errors = (Transposed(centred).MatMul(centred) / N - expected).ToArray<double>();
        // The variance of a sample covariance: (σ_ij² + σ_ii σ_jj) / N.
        for (var i = 0; i < D * D; i++)
        {
            var covariance = expected.ToArray<double>()[i];
            Assert.True(Math.Abs(errors[i]) < 5 * Math.Sqrt((covariance * covariance + variances[i / D] * variances[i % D]) / N), $"The covariance {i / D}, {i % D} is off by {errors[i]}.");
        }
    });

    [Fact]
    public void Reconstructions_are_decoded_from_the_posterior_mean() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var expected = oracle.PosteriorMean(x).MatMul(Transposed(oracle.Weight)) + oracle.Bias;
        Close.Equal(expected, Generation.Reconstructions(Exact(oracle), x, new(2)), 1e-10);
        var drawn = Generation.Reconstructions(Exact(oracle), x, new(2), draw: true);
        Assert.InRange((drawn - expected).Square().Mean().Sqrt().Item<double>(), 0.5 * oracle.Noise, 1.5 * oracle.Noise);
    });

    [Fact]
    public void Interpolations_are_straight_in_z_and_end_at_reconstructions() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var (from, to) = (oracle.Draw(B, 4), oracle.Draw(B, 5));
        var between = Generation.Interpolations(Exact(oracle), from, to, 5, new(3));
        Assert.Equal(new Shape([B, 5, D]), between.Shape);
        var (first, last) = (Generation.Reconstructions(Exact(oracle), from, new(3)), Generation.Reconstructions(Exact(oracle), to, new(3)));
        for (var m = 0; m < 5; m++) Close.Equal((1 - m / 4.0) * first + m / 4.0 * last, between.Select(1, m), 1e-10); // the decoder is linear
        Assert.True(first.Equal(between.Select(1, 0)) && last.Equal(between.Select(1, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Generation.Interpolations(Exact(oracle), from, to, 1, new(3)));
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Examples_do_not_depend_on_those_made_with_them(bool draw) => Scoped(() =>
    {
        // Elementwise, so that not even rounding depends on the batch.
        var model = new TwoLevels(ElementType.Float64);
        var many = Generation.Samples(model, 11, new(6), draw);
        Assert.True(many.Narrow(0, 0, B).Equal(Generation.Samples(model, B, new(6), draw)));
        var x = new Rng(7).Normal([11, TwoLevels.Dimensions], ElementType.Float64);
        var all = Generation.Reconstructions(model, x, new(8), draw);
        Assert.True(all.Narrow(0, 0, B).Equal(Generation.Reconstructions(model, x.Narrow(0, 0, B), new(8), draw)));
    });

    [Fact]
    public void Every_level_of_a_hierarchy_is_coded() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var x = new Rng(7).Normal([B, TwoLevels.Dimensions], ElementType.Float64);
        var reconstructions = Generation.Reconstructions(model, x, new(8));
        Assert.Equal(x.Shape, reconstructions.Shape);
        // The mean of x is sin z/0, and z/0 at the mean of q(z/0 | z/1, x) is 0.3 x + 0.2 z/1, with z/1 of N(x / 2, 0.8²).
        var (sines, examples) = (reconstructions.ToArray<double>(), x.ToArray<double>());
        for (var i = 0; i < sines.Length; i++) Assert.InRange(((Math.Asin(sines[i]) - 0.3 * examples[i]) / 0.2 - 0.5 * examples[i]) / 0.8, -4.5, 4.5);
    });

    [Fact]
    public void Pairs_stand_above_each_other_in_full_rows() => Scoped(() =>
    {
        var x = Tensor.Arange(B).Unsqueeze(1);
        Assert.Equal([0, 1, 2, 10, 11, 12, 3, 4, 5, 13, 14, 15], Generation.Pairs(x, x + 10, 3).To(ElementType.Int64).ToArray<long>());
        Assert.Equal(new Shape([2 * B, 1]), Generation.Pairs(x, x + 10, 100).Shape);
    });

    [Fact]
    public void Gradients_are_off() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        oracle.Weight.RequiresGrad = true;
        Assert.False(Generation.Samples(Exact(oracle), B, new(1)).RequiresGrad);
        Assert.True(Autograd.IsRecording);
    });

    [Fact]
    public void A_density_has_samples_and_no_codes() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var density = new Density(new Unconditional(() => oracle.Marginal));
        var drawn = Generation.Samples(density, B, new(1), draw: true);
        Assert.Equal(new Shape([B, D]), drawn.Shape);
        Assert.Contains("no latent variables", Assert.Throws<NotSupportedException>(() => Generation.Reconstructions(density, drawn, new(1))).Message, StringComparison.Ordinal);
    });
}
