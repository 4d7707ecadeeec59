using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Objectives;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Objectives;

/// <summary>The three estimators of the encoder's gradient, on the linear Gaussian model in Float64.</summary>
public sealed class ImportanceGradientTests : ScopedTest
{
    private const int B = 7;

    /// <summary>The model with leaves for its parameters: weight and bias of the decoder, mean weights and log-variances of the encoder.</summary>
    private static (Vae Model, Tensor[] Decoder, Tensor[] Encoder) Leaves(LinearGaussian oracle)
    {
        Tensor[] decoder = [Leaf(oracle.Weight * 0.9), Leaf(oracle.Bias + 0.1)];
        Tensor[] encoder = [Leaf(new Rng(1).Normal([LinearGaussian.Dimensions, LinearGaussian.Latents], ElementType.Float64) * 0.2), Leaf(Tensor.Full([LinearGaussian.Latents], -0.5, dtype: ElementType.Float64))];
        var posterior = new Parametric(
            x => Tensor.Cat([x.MatMul(encoder[0]), encoder[1].Expand([x.Size(0), LinearGaussian.Latents])], -1),
            Heads.DiagonalNormal(LinearGaussian.Latents));
        return (new(LinearGaussian.StandardPrior, posterior, oracle.Given(decoder[0], decoder[1])), decoder, encoder);
    }

    private static Tensor Leaf(Tensor value)
    {
        var leaf = value.Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static double[] Gradient(LatentVariableModel model, long particles, ImportanceGradient gradient, Batch batch, Tensor[] leaves, long step)
    {
        using var scope = TensorScope.Open();
        var loss = new ImportanceWeighted(model, particles) { Gradient = gradient }.Evaluate(batch, new(2), step).Value;
        return [.. Autograd.Grad(loss, leaves).SelectMany(g => g.Contiguous().ToArray<double>())];
    }

    /// <summary>The largest deviation between two estimators' mean gradients over the same draws, in standard errors.</summary>
    private static double LargestDeviation(long particles, ImportanceGradient estimator)
    {
        using var scope = TensorScope.Open();
        const int Rounds = 400;
        var oracle = new LinearGaussian();
        var (model, _, encoder) = Leaves(oracle);
        var batch = Repeated(oracle, 101);
        var differences = Enumerable.Range(0, Rounds).Select(step =>
            Gradient(model, particles, estimator, batch, encoder, step).Zip(Gradient(model, particles, ImportanceGradient.Standard, batch, encoder, step), (a, b) => a - b).ToArray()).ToArray();
        return Enumerable.Range(0, differences[0].Length).Max(i =>
        {
            var mean = differences.Average(d => d[i]);
            var variance = differences.Sum(d => (d[i] - mean) * (d[i] - mean)) / (Rounds - 1);
            return Math.Abs(mean) / Math.Sqrt(variance / Rounds);
        });
    }

    /// <summary>Seven examples many times over, each with noise of its own.</summary>
    private static Batch Repeated(LinearGaussian oracle, int times) =>
        new(oracle.Draw(B).Repeat([times, 1]), null, null, LinearGaussian.Numbers(B * times), 0);

    [Theory]
    [InlineData(1, ImportanceGradient.StickTheLanding)]
    [InlineData(1, ImportanceGradient.DoublyReparameterized)]
    [InlineData(5, ImportanceGradient.DoublyReparameterized)]
    public void Unbiased_estimators_have_the_mean_of_the_standard_one(long particles, ImportanceGradient estimator) =>
        Assert.InRange(LargestDeviation(particles, estimator), 0, 4);

    [Fact]
    public void Sticking_the_landing_is_biased_for_several_particles() =>
        Assert.True(LargestDeviation(5, ImportanceGradient.StickTheLanding) > 10);

    [Theory, InlineData(1), InlineData(5)]
    public void All_estimators_give_the_model_the_same_gradient(long particles) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var (model, decoder, _) = Leaves(oracle);
        var standard = Gradient(model, particles, ImportanceGradient.Standard, oracle.Batch(B), decoder, 0);
        Assert.Contains(standard, g => Math.Abs(g) > 0.1);
        foreach (var estimator in new[] { ImportanceGradient.StickTheLanding, ImportanceGradient.DoublyReparameterized })
        {
            var other = Gradient(model, particles, estimator, oracle.Batch(B), decoder, 0);
            for (var i = 0; i < standard.Length; i++) Assert.Equal(standard[i], other[i], 1e-10 * Math.Max(1, Math.Abs(standard[i])));
        }
    });

    [Theory, InlineData(ImportanceGradient.StickTheLanding), InlineData(ImportanceGradient.DoublyReparameterized)]
    public void The_value_is_the_bound_whatever_the_estimator(ImportanceGradient estimator) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var (model, _, _) = Leaves(oracle);
        var standard = new ImportanceWeighted(model, 5).Evaluate(oracle.Batch(B), new(2), 0).Value.Item<double>();
        Assert.Equal(standard, new ImportanceWeighted(model, 5) { Gradient = estimator }.Evaluate(oracle.Batch(B), new(2), 0).Value.Item<double>(), 1e-12);
    });

    [Theory]
    [InlineData(1, ImportanceGradient.StickTheLanding)]
    [InlineData(5, ImportanceGradient.StickTheLanding)]
    [InlineData(5, ImportanceGradient.DoublyReparameterized)]
    public void At_the_exact_posterior_the_encoders_gradient_vanishes_in_each_draw(long particles, ImportanceGradient estimator) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var (shift, factor) = (Leaf(Tensor.Zeros([LinearGaussian.Latents], dtype: ElementType.Float64)), Leaf(oracle.PosteriorFactor));
        var posterior = new Parametric(x => oracle.PosteriorMean(x) + shift, new(LinearGaussian.Latents, mean => new MultivariateNormal(mean, factor)));
        var model = oracle.Model(posterior);
        Assert.All(Gradient(model, particles, estimator, oracle.Batch(B), [shift, factor], 0), g => Assert.Equal(0, g, 1e-10));
        Assert.Contains(Gradient(model, particles, ImportanceGradient.Standard, oracle.Batch(B), [shift, factor], 0), g => Math.Abs(g) > 0.01);
    });

    /// <summary>N(0, I) for each example, to be made a posterior by a flow.</summary>
    private static Conditional Noise => new Parametric(
        x => Tensor.Zeros([x.Size(0), 2 * LinearGaussian.Latents], dtype: ElementType.Float64), Heads.DiagonalNormal(LinearGaussian.Latents));

    [Theory]
    [InlineData(5, ImportanceGradient.StickTheLanding)]
    [InlineData(5, ImportanceGradient.DoublyReparameterized)]
    public void So_it_does_where_a_flow_is_the_exact_posterior(long particles, ImportanceGradient estimator) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var (shift, factor) = (Leaf(Tensor.Zeros([LinearGaussian.Latents], dtype: ElementType.Float64)), Leaf(oracle.PosteriorFactor));
        var one = Tensor.Ones([LinearGaussian.Latents], dtype: ElementType.Float64);
        // z = E[z|x] + L ε
        var model = oracle.Model(new Flow(Noise, x => new LinearMap(new PlainMatrix(factor)).Inverted.Then(new Affine(oracle.PosteriorMean(x!) + shift, one, 1))));
        Assert.All(Gradient(model, particles, estimator, oracle.Batch(B), [shift, factor], 0), g => Assert.Equal(0, g, 1e-10));
        Assert.Contains(Gradient(model, particles, ImportanceGradient.Standard, oracle.Batch(B), [shift, factor], 0), g => Math.Abs(g) > 0.01);
    });

    [Theory]
    [InlineData(ImportanceGradient.StickTheLanding)]
    [InlineData(ImportanceGradient.DoublyReparameterized)]
    public void Estimators_by_way_of_the_draws_refuse_flows_without_an_inverse(ImportanceGradient estimator) => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        Tensor[] leaves = [Leaf(Tensor.Full([LinearGaussian.Latents], 0.3, dtype: ElementType.Float64)), Leaf(Tensor.Full([LinearGaussian.Latents], 0.7, dtype: ElementType.Float64))];
        var model = oracle.Model(new Flow(Noise, _ => new Planar(leaves[0], leaves[1], Tensor.Zeros([], dtype: ElementType.Float64))));
        Assert.All(Gradient(model, 5, ImportanceGradient.Standard, oracle.Batch(B), leaves, 0), g => Assert.True(g != 0));
        var e = Assert.Throws<NotSupportedException>(() => Gradient(model, 5, estimator, oracle.Batch(B), leaves, 0));
        Assert.Contains("the posterior of latent variable 'z' is a flow without an inverse", e.Message, StringComparison.Ordinal);
        Assert.Contains($"Take {nameof(ImportanceGradient.Standard)}", e.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Estimators_by_way_of_the_draws_refuse_posteriors_without_them() => Scoped(() =>
    {
        var coins = new Unconditional(() => new Independent(new Bernoulli(Tensor.Zeros([2])), 1));
        var model = new Vae(coins, coins, new Parametric(z => z, Heads.NormalWithScale([2], 1)));
        var batch = new Batch(Tensor.Zeros([B, 2]), null, null, LinearGaussian.Numbers(B), 0);
        var e = Assert.Throws<NotSupportedException>(() => new ImportanceWeighted(model, 2) { Gradient = ImportanceGradient.StickTheLanding }.Evaluate(batch, new(3), 0));
        Assert.Contains("'z'", e.Message, StringComparison.Ordinal);
    });
}
