using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>The usual heads. Each says which numbers it reads from [*, outputs], in their order along the last axis.</summary>
public static class Heads
{
    /// <summary>A vector with independent normal coordinates: D means, D log-variances.</summary>
    public static Head DiagonalNormal(long dimensions) => new(2 * Arguments.Positive(dimensions), Distributions.DiagonalNormal.FromLogVariance);

    /// <summary>Normal variables of any event shape: the means, then the log-variances.</summary>
    /// <param name="eventShape">The shape of an event.</param>
    /// <param name="leastScale">A floor under the standard deviations, which would else shrink without end on data that repeat.</param>
    public static Head Normal(Shape eventShape, double leastScale = 0) => new(2 * eventShape.Elements, raw =>
    {
        var (mean, logVariance) = Halves(raw);
        return new Independent(new Normal(Shaped(mean, eventShape), leastScale + (0.5 * Shaped(logVariance, eventShape)).Exp()), eventShape.Rank);
    });

    /// <summary>Normal variables of any event shape with one known standard deviation: the means.</summary>
    public static Head NormalWithScale(Shape eventShape, double scale)
    {
        Arguments.Positive(scale);
        return new(eventShape.Elements, raw => new Independent(new Normal(Shaped(raw, eventShape), Tensor.Full([], scale, dtype: raw.ElementType, device: raw.Device)), eventShape.Rank));
    }

    /// <summary>A mixture of M components, each of independent normal variables of any event shape: M logits, the means of the components one after the other, their log-variances.</summary>
    public static Head NormalMixture(long components, Shape eventShape)
    {
        var numbers = Arguments.Positive(components) * eventShape.Elements;
        long[] axes = [components, .. eventShape];
        return new(components + 2 * numbers, raw => raw.SplitWithSizes([components, numbers, numbers], -1) is [var logits, var means, var logVariances]
            ? new Mixture(logits, new Independent(new Normal(means.Unflatten(-1, axes), (0.5 * logVariances.Unflatten(-1, axes)).Exp()), eventShape.Rank))
            : throw new ArgumentException("The head's outputs do not split.", nameof(raw)));
    }

    /// <summary>Coins of any event shape: their logits.</summary>
    public static Head Bernoulli(Shape eventShape) => new(eventShape.Elements, raw => new Independent(new Bernoulli(Shaped(raw, eventShape)), eventShape.Rank));

    /// <summary>Continuous Bernoulli variables of any event shape: their logits.</summary>
    public static Head ContinuousBernoulli(Shape eventShape) =>
        new(eventShape.Elements, raw => new Independent(new ContinuousBernoulli(Shaped(raw, eventShape)), eventShape.Rank));

    /// <summary>One of N categories: its logits.</summary>
    public static Head Categorical(long categories) => new(categories, raw => new Categorical(raw));

    /// <summary>One of N categories as a vector with a single 1: its logits.</summary>
    public static Head OneHotCategorical(long categories) => new(categories, raw => new OneHotCategorical(raw));

    private static Tensor Shaped(Tensor raw, Shape eventShape) => eventShape.Rank == 1 ? raw : raw.Unflatten(-1, eventShape.AsSpan());

    private static (Tensor, Tensor) Halves(Tensor raw) => raw.Chunk(2, -1) is [var first, var second] ? (first, second) : throw new ArgumentException("The head's outputs cannot be halved.", nameof(raw));
}
