using Latent.Distributions;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Laws;

/// <summary>Data that lie in memory as bytes need no conversion.</summary>
public sealed class ByteTests : ScopedTest
{
    private const int S = 2;
    private const int B = 7;
    private const int D = 3;

    [Fact]
    public void Bytes_count_as_numbers_in_one_likelihood_or_another() => Scoped(() =>
    {
        var logits = new Rng(24).Normal([B, D], ElementType.Float64);
        var bits = new Bernoulli(logits).Sample(new Rng(25), S);
        Assert.All<Distribution>([new Bernoulli(logits), new Independent(new Bernoulli(logits), 1), new Independent(new Bernoulli(logits.Expand([S, B, D])), 2)], p =>
            Close.Equal(p.LogProb(bits), p.LogProb(bits.To(ElementType.UInt8)), 1e-14));
        var p = new DiscretizedLogistic(logits * 50 + 100, logits.Exp());
        var levels = p.Sample(new Rng(25), S);
        Close.Equal(p.LogProb(levels), p.LogProb(levels.To(ElementType.UInt8)), 0);
        var mixture = new DiscretizedLogisticMixture(logits, logits * 50 + 100, logits.Exp());
        Close.Equal(mixture.LogProb(levels[0, .., 0]), mixture.LogProb(levels[0, .., 0].To(ElementType.UInt8)), 0);
    });

    [Fact]
    public void The_fused_likelihood_of_independent_coins_equals_the_sum() => Scoped(() =>
    {
        var logits = new Rng(24).Normal([S, B, D], ElementType.Float64);
        var x = new Bernoulli(logits[0]).Sample(new Rng(25), 1); // [1, B, D], seen by S particles
        foreach (var axes in new[] { 0, 1, 2 })
        {
            var coins = new Independent(new Bernoulli(logits), axes);
            var terms = new Bernoulli(logits).LogProb(x);
            Close.Equal(axes == 0 ? terms : terms.Flatten(-axes).Sum(-1), coins.LogProb(axes == 2 ? x.Expand([S, B, D]) : x));
        }
        var one = logits.Slice(0, 0, 1);
        Assert.Equal([1, 1], new Independent(new Bernoulli(one.Slice(1, 0, 1)), 1).LogProb(x.Slice(1, 0, 1)).Shape);
        Assert.Equal([1, B], new Independent(new Bernoulli(logits[0]), 1).LogProb(x).Shape);
    });
}
