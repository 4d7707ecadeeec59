using Latent.Conditionals;
using Latent.Distributions;
using Latent.Models;
using Latent.Tests.Oracles;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Identities;

/// <summary>What one program must do alike in every mode.</summary>
public sealed class ProgramTests : ScopedTest
{
    private const int B = 7;
    private const int K = 5;

    private static Tensor X(ElementType type) => new Rng(1).Normal([B, TwoLevels.Dimensions], type);

    private static Dictionary<string, Tensor> Values(Trace trace) => trace.Latents.ToDictionary(site => site.Name, site => site.Value);

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void Replaying_a_trace_gives_its_weights_bitwise(ElementType type) => Scoped(() =>
    {
        var model = new TwoLevels(type);
        var x = X(type);
        var trace = model.Infer(x, new(2), K);
        var replayed = model.Replay(Values(trace), x, new(3));
        Assert.Equal(new Shape([K, B]), trace.LogWeight.Shape);
        Assert.True(trace.LogWeight.Equal(replayed.LogWeight));
        Assert.True(trace.LogPosterior.Equal(replayed.LogPosterior));
        Assert.True(trace.Distortion.Equal(replayed.Distortion));
    });

    [Fact]
    public void Replaying_gives_the_weights_of_fused_draws_up_to_rounding() => Scoped(() =>
    {
        // A fused draw computes log p(z) − log q(z|x) from its noise, the replay from z.
        var encoder = new Parametric(x => Tensor.Cat([0.5 * x, 0.1 * x - 1], -1), Heads.DiagonalNormal(TwoLevels.Dimensions));
        var model = new Vae(LinearGaussian.StandardPrior, encoder, new Parametric(z => z.Tanh(), Heads.NormalWithScale([TwoLevels.Dimensions], 0.5)));
        var x = X(ElementType.Float64);
        var trace = model.Infer(x, new(2), K);
        Close.Equal(trace.LogWeight, model.Replay(Values(trace), x, new(3)).LogWeight, 1e-12);
    });

    [Fact]
    public void Replaying_without_x_draws_it_and_asks_for_no_posterior() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var values = Values(model.Infer(X(ElementType.Float64), new(2), K));
        var asked = model.PosteriorsMade;
        var replayed = model.Replay(values, null, new(3));
        Assert.Equal(asked, model.PosteriorsMade);
        Assert.Equal(new Shape([K, B, TwoLevels.Dimensions]), replayed.Observations.Single().Value.Shape);
        Assert.All(replayed.Latents, site => Assert.Null(site.Posterior));
        Assert.True(replayed.Latent("z/0").Value.Equal(values["z/0"]));
    });

    [Fact]
    public void A_value_missing_in_a_replay_is_named() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var values = Values(model.Infer(X(ElementType.Float64), new(2)));
        values.Remove("z/0");
        var e = Assert.Throws<KeyNotFoundException>(() => model.Replay(values, null, new(3)));
        Assert.Contains("'z/0'", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Replay(new Dictionary<string, Tensor>(), null, new(3)));
    });

    [Fact]
    public void Particles_in_one_batch_equal_particles_one_by_one() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var x = X(ElementType.Float64);
        var all = model.Infer(x, new(2), K);
        for (var k = 0; k < K; k++)
        {
            var one = model.Replay(Values(all).ToDictionary(v => v.Key, v => v.Value.Narrow(0, k, 1)), x, new(3));
            Assert.True(all.LogWeight.Narrow(0, k, 1).Equal(one.LogWeight));
            Assert.True(all.Latent("z/0").Rate.Narrow(0, k, 1).Equal(one.Latent("z/0").Rate));
        }
    });

    [Fact]
    public void With_a_stream_of_rows_the_first_particle_is_that_of_a_single_one() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var x = X(ElementType.Float64);
        var rng = new Rng(2).Rows(LinearGaussian.Numbers(B), axis: 1);
        var (one, all) = (model.Infer(x, rng), model.Infer(x, rng, K));
        Assert.True(one.LogWeight.Equal(all.LogWeight.Narrow(0, 0, 1)));
        Assert.False(all.LogWeight.Narrow(0, 0, 1).Equal(all.LogWeight.Narrow(0, 1, 1)));
    });

    [Fact]
    public void Shares_of_a_batch_get_the_draws_of_the_whole_bitwise() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float32);
        var x = X(ElementType.Float32);
        long[] numbers = [40, 2, 17, 0, 5, 90, 11];
        var whole = model.Infer(x, new Rng(2).Rows(numbers, axis: 1), K);
        foreach (var (start, count) in new[] { (0, 3), (3, 4) })
        {
            var share = model.Infer(x.Narrow(0, start, count), new Rng(2).Rows(numbers.AsMemory(start, count), axis: 1), K);
            foreach (var site in whole.Latents)
                Assert.True(site.Value.Narrow(1, start, count).Equal(share.Latent(site.Name).Value));
            Assert.True(whole.LogWeight.Narrow(1, start, count).Equal(share.LogWeight));
        }
    });

    [Fact]
    public void Noise_belongs_to_the_example_wherever_it_stands() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float32);
        var x = X(ElementType.Float32);
        long[] numbers = [40, 2, 17, 0, 5, 90, 11];
        long[] order = [3, 6, 0, 5, 1, 4, 2];
        var whole = model.Infer(x, new Rng(2).Rows(numbers, axis: 1), K);
        var positions = Tensor.From(order);
        var shuffled = model.Infer(x.IndexSelect(0, positions), new Rng(2).Rows(Array.ConvertAll(order, i => numbers[i]), axis: 1), K);
        Assert.True(whole.LogWeight.IndexSelect(1, positions).Equal(shuffled.LogWeight));
    });

    [Fact]
    public void Generating_never_asks_for_the_posterior() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var trace = model.Generate(B, new(4));
        Assert.Equal(0, model.PosteriorsMade);
        Assert.Equal(new Shape([1, B, TwoLevels.Dimensions]), trace.Observations.Single().Value.Shape);
        Assert.All(trace.Latents, site => Assert.Null(site.Posterior));
        Close.Equal(Tensor.Zeros([1, B], dtype: ElementType.Float64), trace.Rate!, 0);
    });

    [Fact]
    public void Generated_examples_have_the_distribution_of_the_model() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Model(oracle.ExactPosterior).Generate(100_003, new(5)).Observations.Single().Value[0];
        Close.Equal(oracle.Bias, x.Mean([0]), 0.05);
        var centred = x - oracle.Bias;
        var covariance = centred.Transpose(0, 1).MatMul(centred) / 100_003;
        var factor = oracle.Marginal.ScaleFactor;
        Close.Equal(factor.MatMul(factor.Transpose(0, 1)), covariance, 0.05);
    });

    [Fact]
    public void Splicing_takes_the_named_levels_from_the_posterior_and_draws_the_rest() => Scoped(() =>
    {
        var model = new TwoLevels(ElementType.Float64);
        var x = X(ElementType.Float64);
        var rng = new Rng(2).Rows(LinearGaussian.Numbers(B), axis: 1);
        var inferred = model.Infer(x, rng);
        model = new(ElementType.Float64);
        var spliced = model.Splice(x, name => name == "z/1", rng);
        Assert.Equal(1, model.PosteriorsMade);
        Assert.True(spliced.Latent("z/1").Value.Equal(inferred.Latent("z/1").Value));
        Assert.NotNull(spliced.Latent("z/1").Posterior);
        Assert.Null(spliced.Latent("z/0").Posterior);
        Assert.False(spliced.Observations.Single().Value.Equal(x.Unsqueeze(0)));
        // With no level inferred it is generation.
        Assert.True(model.Splice(x, _ => false, rng).Observations.Single().Value.Equal(model.Generate(B, rng).Observations.Single().Value));
    });

    [Fact]
    public void A_name_given_twice_is_refused() => Scoped(() =>
    {
        var twice = new Program(t =>
        {
            t.Latent("z", DiagonalNormal.Standard(2));
            t.Observed("z", DiagonalNormal.Standard(2), null);
        });
        Assert.Contains("'z'", Assert.Throws<ArgumentException>(() => twice.Generate(B, new(6))).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_batch_of_another_size_is_refused_with_both_shapes() => Scoped(() =>
    {
        var program = new Program(t => t.Observed("x", new Normal(Tensor.Zeros([3]), Tensor.Ones([3])), null));
        Assert.Contains("Independent", Assert.Throws<ArgumentException>(() => program.Generate(B, new(7))).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_program_without_observations_has_no_weights() => Scoped(() =>
    {
        var program = new Program(t => t.Latent("z", DiagonalNormal.Standard(2)));
        Assert.Contains("Observed", Assert.Throws<InvalidOperationException>(() => program.Generate(B, new(8)).Distortion).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Sites_are_found_by_name_and_the_known_ones_listed() => Scoped(() =>
    {
        var trace = new TwoLevels(ElementType.Float32).Generate(B, new(9));
        Assert.Equal(["z/1", "z/0"], trace.Latents.Select(site => site.Name));
        Assert.Contains("z/1, z/0", Assert.Throws<KeyNotFoundException>(() => trace.Latent("w")).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Prior_draws_stand_in_for_a_missing_posterior() => Scoped(() =>
    {
        var program = new Program(t =>
        {
            var z = t.Latent("z", DiagonalNormal.Standard(2));
            t.Observed("x", new DiagonalNormal(z, Tensor.Ones([2])), Tensor.Zeros([B, 2]));
        });
        var trace = program.Infer(Tensor.Zeros([B, 2]), new(10), K);
        Close.Equal(-trace.Distortion, trace.LogWeight, 1e-6); // naive Monte Carlo: w = p(x|z)
    });

    [Fact]
    public void A_density_has_its_own_log_probability_for_weight() => Scoped(() =>
    {
        var oracle = new LinearGaussian();
        var x = oracle.Draw(B);
        var trace = new Density(new Unconditional(() => oracle.Marginal)).Infer(x, new(11));
        Close.Equal(oracle.Marginal.LogProb(x).Unsqueeze(0), trace.LogWeight, 0);
        Assert.Null(trace.Rate);
    });

    /// <summary>A model written as a lambda.</summary>
    private sealed class Program(Action<Tracer> body) : LatentVariableModel
    {
        public override void Run(Tracer t, Tensor? x, Tensor? context) => body(t);
    }
}
