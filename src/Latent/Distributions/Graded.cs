using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A distribution of levels 0 … N−1 as one of the fractions k / (N − 1) in [0, 1], which batches of levels hold: p(x) = p_k((N − 1) x).</summary>
/// <remarks>
/// <para>Shapes: those of the distribution of levels.</para>
/// <para>Domain: k / (N − 1) up to a thousandth of a step, which leaves room for single precision; all else has log p = −∞.</para>
/// </remarks>
public sealed class Graded : Distribution
{
    /// <summary>The fractions of a distribution over 0 … N−1: numbers of categories, or whole numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels.</exception>
    public Graded(Distribution levels, long count) : base(levels.BatchShape, levels.EventShape)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        (Levels, Count) = (levels, count);
    }

    /// <summary>p_k.</summary>
    public Distribution Levels { get; }

    /// <summary>N.</summary>
    public long Count { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => Levels is Categorical category
        ? (category.Logits.Softmax(-1) * Tensor.Arange(Count, dtype: category.Logits.ElementType, device: category.Logits.Device)).Sum(-1) / (Count - 1)
        : Levels.Mean is { } mean ? mean / (Count - 1) : null;

    /// <inheritdoc/>
    public override Tensor? Entropy => Levels.Entropy;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var scaled = x * (Count - 1);
        var level = scaled.Round();
        var outside = ((scaled - level).Abs() <= 1e-3).LogicalNot(); // NaN is
        level = level.MaskedFill(outside, 0);
        var logProb = Levels.LogProb(Levels is Categorical ? level.To(ElementType.Int64) : level);
        return logProb.MaskedFill(EventShape.Rank == 0 ? outside : outside.Flatten(-EventShape.Rank).Any(-1), double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        var level = Levels.Sample(rng, shape[..^(BatchShape.Rank + EventShape.Rank)]);
        return (Levels is Categorical category ? level.To(category.Logits.ElementType) : level) / (Count - 1);
    }
}
