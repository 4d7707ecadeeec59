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
        return Joined(new Normal(Shaped(mean, eventShape), leastScale + (0.5 * Shaped(logVariance, eventShape)).Exp()), eventShape.Rank);
    });

    /// <summary>Normal variables of any event shape with one known standard deviation: the means.</summary>
    public static Head NormalWithScale(Shape eventShape, double scale)
    {
        Arguments.Positive(scale);
        return new(eventShape.Elements, raw => Joined(new Normal(Shaped(raw, eventShape), Tensor.Full([], scale, dtype: raw.ElementType, device: raw.Device)), eventShape.Rank));
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
    public static Head Bernoulli(Shape eventShape) => new(eventShape.Elements, raw => Joined(new Bernoulli(Shaped(raw, eventShape)), eventShape.Rank));

    /// <summary>Continuous Bernoulli variables of any event shape: their logits.</summary>
    public static Head ContinuousBernoulli(Shape eventShape) =>
        new(eventShape.Elements, raw => Joined(new ContinuousBernoulli(Shaped(raw, eventShape)), eventShape.Rank));

    /// <summary>Levels of any event shape as the fractions k / (N − 1) of batches, each one of N categories: N logits for each element.</summary>
    public static Head Levels(Shape eventShape, long levels) =>
        new(eventShape.Elements * levels, raw => Joined(new Graded(new Categorical(raw.Unflatten(-1, [.. eventShape, levels])), levels), eventShape.Rank));

    /// <summary>
    /// Levels of any event shape as the fractions k / (N − 1) of batches, each a mixture of M discretized logistic variables: for each element
    /// M logits, M locations, M logarithms of scales, both in the units of [−1, 1].
    /// </summary>
    public static Head DiscretizedLogisticMixture(Shape eventShape, int levels, long components) =>
        new(3 * eventShape.Elements * Arguments.Positive(components), raw =>
        {
            var numbers = raw.Unflatten(-1, [.. eventShape, 3, components]);
            var (location, scale) = InLevels(numbers.Select(-2, 1), numbers.Select(-2, 2), levels);
            return Joined(new Graded(new Distributions.DiscretizedLogisticMixture(numbers.Select(-2, 0), location, scale, levels), levels), eventShape.Rank);
        });

    /// <summary>
    /// A pixel of C colours with levels as the fractions k / (N − 1) of batches, a <see cref="Distributions.PixelMixture"/> of M components: M logits, and for
    /// each component C locations, C logarithms of scales, both in the units of [−1, 1], and C (C − 1) / 2 coefficients before their tanh.
    /// </summary>
    public static Head PixelMixture(long colors, int levels, long components)
    {
        var pairs = colors * (colors - 1) / 2;
        var each = 2 * Arguments.Positive(colors) + pairs;
        return new(Arguments.Positive(components) * (1 + each), raw =>
        {
            var numbers = raw.Slice(-1, components).Unflatten(-1, components, each);
            var (location, scale) = InLevels(numbers.Slice(-1, 0, colors), numbers.Slice(-1, colors, 2 * colors), levels);
            var coefficients = numbers.Slice(-1, 2 * colors).Tanh();
            return new Graded(new PixelMixture(raw.Slice(-1, 0, components), location, scale, coefficients, levels), levels);
        });
    }

    /// <summary>One of N categories: its logits.</summary>
    public static Head Categorical(long categories) => new(categories, raw => new Categorical(raw));

    /// <summary>One of N categories as a vector with a single 1: its logits.</summary>
    public static Head OneHotCategorical(long categories) => new(categories, raw => new OneHotCategorical(raw));

    private static Tensor Shaped(Tensor raw, Shape eventShape) => eventShape.Rank switch
    {
        0 => raw.Squeeze(-1),
        1 => raw,
        _ => raw.Unflatten(-1, eventShape.AsSpan()),
    };

    private static Distribution Joined(Distribution elements, int axes) => axes == 0 ? elements : new Independent(elements, axes);

    /// <summary>
    /// Location and scale in levels, of numbers in the units of [−1, 1]. A scale is at least e^−7 there, as in the paper's code, and at most e^7: one
    /// that is to describe the first and the last level alone would grow without end.
    /// </summary>
    private static (Tensor Location, Tensor Scale) InLevels(Tensor location, Tensor logScale, int levels)
    {
        var half = 0.5 * (levels - 1);
        return ((location + 1) * half, logScale.Clamp(-7, 7).Exp() * half);
    }

    private static (Tensor, Tensor) Halves(Tensor raw) => raw.Chunk(2, -1) is [var first, var second] ? (first, second) : throw new ArgumentException("The head's outputs cannot be halved.", nameof(raw));
}
