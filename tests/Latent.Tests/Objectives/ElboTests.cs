using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Networks;
using Latent.Objectives;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Objectives;

public sealed class ElboTests : ScopedTest
{
    private const int B = 7;
    private const int D = 3;

    // A posterior N(μ, σ²) that is the same for every x: the rates per coordinate are ½ (μ² + σ² − 1 − log σ²).
    private static readonly double[] Means = [0.0, 1.0, -2.0];
    private static readonly double[] LogVariances = [0.0, -1.0, 0.5];
    private static readonly double[] Rates = [0, 0.5 * (1 + Math.Exp(-1) - 1 + 1), 0.5 * (4 + Math.Exp(0.5) - 1 - 0.5)];

    private static LatentVariableModel KnownRates()
    {
        var posterior = new Parametric(x => Tensor.From<double>([.. Means, .. LogVariances]).Expand([x.Size(0), 2 * D]), Heads.DiagonalNormal(D));
        return new Vae(LinearGaussian.StandardPrior, posterior, new Parametric(z => z, Heads.NormalWithScale([D], 1)));
    }

    private static Batch Examples => new(new Rng(1).Normal([B, D], ElementType.Float64), null, null, LinearGaussian.Numbers(B), 0);

    private static double Term(Loss loss, string name) => loss.Terms.Single(t => t.Name == name).Value.Item<double>();

    private static void AssertPenalty(double expected, Elbo objective, long step) => Scoped(() =>
    {
        var loss = objective.Evaluate(Examples, new(2), step);
        Assert.Equal(Rates.Sum(), Term(loss, "rate"), 1e-12);
        Assert.Equal(-Term(loss, "distortion") - Term(loss, "rate"), Term(loss, "elbo"), 1e-12);
        Assert.Equal(expected, loss.Value.Item<double>() - Term(loss, "distortion"), 1e-10);
    });

    [Fact]
    public void The_rate_weighs_one_unless_told_otherwise() => AssertPenalty(Rates.Sum(), new(KnownRates()), 0);

    [Theory]
    [InlineData("constant", 0, 4)]
    [InlineData("constant", 999, 4)]
    [InlineData("linear", 0, 0)]
    [InlineData("linear", 25, 0.25)]
    [InlineData("linear", 500, 1)]
    [InlineData("cyclic", 10, 0.5)]
    [InlineData("cyclic", 30, 1)]
    [InlineData("cyclic", 40, 0)]
    [InlineData("cyclic", 50, 0.5)]
    [InlineData("sigmoid", 0, 0)]
    [InlineData("sigmoid", 50, 0.5)]
    [InlineData("sigmoid", 100, 1)]
    public void Beta_follows_its_schedule(string name, long step, double beta)
    {
        var schedule = name switch
        {
            "constant" => Schedules.Constant(4),
            "linear" => Schedules.Linear(0, 1, 100),
            "cyclic" => Schedules.Cyclic(0, 1, 40),
            _ => Schedules.Sigmoid(0, 1, 100),
        };
        AssertPenalty(beta * Rates.Sum(), new(KnownRates()) { Beta = schedule }, step);
    }

    [Fact]
    public void Free_bits_count_no_coordinate_below_their_threshold()
    {
        Assert.True(Rates[1] is > 0.6 and < 0.7);
        AssertPenalty(0.7 + 0.7 + Rates[2], new(KnownRates()) { FreeBits = 0.7 }, 0);
        AssertPenalty(0.5 * (0.6 + Rates[1] + Rates[2]), new(KnownRates()) { FreeBits = 0.6, Beta = Schedules.Constant(0.5) }, 0);
    }

    [Fact]
    public void Free_bits_take_the_mean_over_the_batch_before_the_threshold() => Scoped(() =>
    {
        // Half of the examples have rate 0, half 2: the mean 1 is above 0.9, though half of the examples are below.
        var posterior = new Parametric(x => Tensor.Cat([2 * x, Tensor.Zeros([x.Size(0), 1], dtype: ElementType.Float64)], -1), Heads.DiagonalNormal(1));
        var prior = new Unconditional(() => DiagonalNormal.Standard(1, ElementType.Float64));
        var objective = new Elbo(new Vae(prior, posterior, new Parametric(z => z, Heads.NormalWithScale([1], 1)))) { FreeBits = 0.9 };
        var loss = objective.Evaluate(new(Tensor.From<double>([0, 1, 0, 1], 4, 1), null, null, LinearGaussian.Numbers(4), 0), new(2), 0);
        Assert.Equal(1, loss.Value.Item<double>() - Term(loss, "distortion"), 1e-12);
    });

    [Fact]
    public void Capacity_penalises_the_distance_of_the_rate()
    {
        var rate = Rates.Sum();
        AssertPenalty(10 * rate, new(KnownRates()) { Capacity = Schedules.Linear(0, 10, 100), Beta = Schedules.Constant(10) }, 0);
        AssertPenalty(10 * (rate - 1), new(KnownRates()) { Capacity = Schedules.Linear(0, 10, 100), Beta = Schedules.Constant(10) }, 10);
        AssertPenalty(10 * (10 - rate), new(KnownRates()) { Capacity = Schedules.Linear(0, 10, 100), Beta = Schedules.Constant(10) }, 200);
    }

    [Fact]
    public void Only_what_looks_at_the_batch_couples_examples()
    {
        Assert.False(new Elbo(KnownRates()).CouplesExamples);
        Assert.True(new Elbo(KnownRates()) { FreeBits = 0.1 }.CouplesExamples);
        Assert.True(new Elbo(KnownRates()) { Capacity = Schedules.Constant(1) }.CouplesExamples);
        Assert.False(new ImportanceWeighted(KnownRates(), 5).CouplesExamples);
    }

    [Theory, InlineData(-0.1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Free_bits_are_finite_and_not_negative(double freeBits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Elbo(KnownRates()) { FreeBits = freeBits });

    [Theory]
    [InlineData(false, 1, 0, false)]
    [InlineData(false, 5, 0, false)]
    [InlineData(true, 5, 0, false)]
    [InlineData(false, 1, 0.3, false)]
    [InlineData(false, 1, 0, true)]
    public void Gradients_equal_finite_differences(bool isMonteCarlo, long particles, double freeBits, bool hasCapacity) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var objective = new Elbo(SmallVae(store.Init()))
        {
            IsMonteCarlo = isMonteCarlo,
            Particles = particles,
            FreeBits = freeBits,
            Capacity = hasCapacity ? Schedules.Constant(1) : null,
            Beta = Schedules.Constant(0.7),
        };
        var batch = BinaryExamples;
        GradientCheck.Passes(() => objective.Evaluate(batch, new(3), 0).Value, [.. store.Parameters.Select(p => (p.Path, p.Value))]);
    });

    [Theory, InlineData(1), InlineData(5)]
    public void Importance_weighted_gradients_equal_finite_differences(long particles) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var objective = new ImportanceWeighted(SmallVae(store.Init()), particles);
        var batch = BinaryExamples;
        GradientCheck.Passes(() => objective.Evaluate(batch, new(3), 0).Value, [.. store.Parameters.Select(p => (p.Path, p.Value))]);
    });

    [Fact]
    public void One_importance_weight_is_the_estimated_elbo() => Scoped(() =>
    {
        var loss = new ImportanceWeighted(KnownRates(), 1).Evaluate(Examples, new(4), 5);
        Assert.Equal(Term(loss, "elbo"), Term(loss, "bound"), 1e-12);
        // On the same draws the objectives agree.
        var trace = KnownRates().Infer(Examples.X, new Rng(4).Fork("importance", 5).Rows(Examples.Indices, axis: 1));
        Assert.Equal((-trace.Distortion - trace.Latent("z").LogPosterior + trace.Latent("z").LogPrior).Mean().Item<double>(), Term(loss, "bound"), 1e-12);
    });

    [Fact]
    public void Labels_are_the_models_context() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var prior = new PerDatum(store.Init()["prior"], 2, Heads.DiagonalNormal(D)); // a prior for each class
        using (Autograd.NoGrad()) store["prior/raw"].AsSpan<double>()[0] = 3;         // moves class 0
        var model = new Vae(prior, new Parametric(x => Tensor.Zeros([x.Size(0), 2 * D], dtype: ElementType.Float64), Heads.DiagonalNormal(D)), new Parametric(z => z, Heads.NormalWithScale([D], 1)));
        var loss = new Elbo(model).Evaluate(Examples with { Labels = Tensor.From<long>([0, 1, 1, 1, 1, 1, 1]) }, new(5), 0);
        Assert.Equal(0.5 * 9 / B, Term(loss, "rate"), 1e-12);
    });

    [Fact]
    public void Without_latents_the_bound_is_the_likelihood() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var batch = oracle.Batch(B);
        var model = new Density(new Unconditional(() => oracle.Marginal));
        var exact = oracle.Marginal.LogProb(batch.X).Mean().Item<double>();
        Assert.Equal(-exact, new Elbo(model).Evaluate(batch, new(6), 0).Value.Item<double>(), 1e-12);
        Assert.Equal(-exact, new MaximumLikelihood(model).Evaluate(batch, new(6), 0).Value.Item<double>(), 1e-12);
        Assert.Equal(exact, Term(new MaximumLikelihood(model).Evaluate(batch, new(6), 0), "log-likelihood"), 1e-12);
        Assert.Equal(-exact, new ImportanceWeighted(model, 5).Evaluate(batch, new(6), 0).Value.Item<double>(), 1e-12);
    });

    [Fact]
    public void Maximum_likelihood_refuses_latents() => Scoped(() =>
    {
        var e = Assert.Throws<NotSupportedException>(() => new MaximumLikelihood(KnownRates()).Evaluate(Examples, new(7), 0));
        Assert.Contains("'z'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Elbo", e.Message, StringComparison.Ordinal);
    });

    private static Batch BinaryExamples => new((Examples.X > 0).To(ElementType.Float64), null, null, LinearGaussian.Numbers(B), 0);

    private static Vae SmallVae(Init init)
    {
        var encoder = new Mlp(init["encoder"], [D, 5, 4], Activation.Tanh);
        var decoder = new Mlp(init["decoder"], [2, 5, D], Activation.Tanh);
        return new(Unconditional.StandardNormal(init, [2]), new Parametric(encoder.Forward, Heads.DiagonalNormal(2)), new Parametric(decoder.Forward, Heads.Bernoulli([D])));
    }
}
