using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The level of each element that a real number falls to, out of L: x = ⌊L v⌋ / (L − 1), held within [0, 1]. log p(x) = 0 for it, else −∞.
/// With v of a density this is what makes levels of a continuous variable.
/// </summary>
/// <remarks>
/// <para>Shapes: v is the batch shape; events are scalars.</para>
/// <para>Units: a probability. x is a level as batches give it, k / (L − 1) with k = 0, …, L − 1.</para>
/// <para>Domain: all real v; what lies below 0 or above 1 belongs to the first and the last level. The gradient is 0.</para>
/// <para>Numerics: within a few roundings of the border of two cells v belongs to both.</para>
/// </remarks>
public sealed class Quantized : Distribution
{
    /// <summary>The levels of <paramref name="value"/>.</summary>
    /// <param name="value">v.</param>
    /// <param name="levels">L.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels.</exception>
    public Quantized(Tensor value, int levels) : base(value.Shape, [])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        (Value, Levels) = (value, levels);
    }

    /// <summary>v.</summary>
    public Tensor Value { get; }

    /// <summary>L.</summary>
    public int Levels { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor Mean => (Value * Levels).Floor().Clamp(0, Levels - 1) / (Levels - 1);

    /// <inheritdoc/>
    public override Tensor Entropy => Value.ZerosLike();

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var tolerance = 4 * Levels * OpenInterval.Resolution(Value.ElementType);
        var level = x * (Levels - 1);
        var distance = (Value.Clamp(0, 1) * Levels - (level + 0.5)).Abs();  // from the middle of the cell of x
        var isLevel = (level - level.Round().Clamp(0, Levels - 1)).Abs() <= tolerance;
        var differs = (distance <= 0.5 + tolerance).LogicalAnd(isLevel).LogicalNot();
        return distance.ZerosLike().MaskedFill(differs, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Mean.Expand(shape).Clone(); // a view would keep the gradient where none is recorded
}
