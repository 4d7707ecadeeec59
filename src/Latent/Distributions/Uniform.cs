using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The constant density on an interval of each element: log p(x) = −log(b − a).</summary>
/// <remarks>
/// <para>Shapes: a and b broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: x in [a, b], outside which log p is −∞; a &lt; b. Samples lie in [a, b).</para>
/// </remarks>
public sealed class Uniform : Distribution
{
    /// <summary>The interval from a = <paramref name="low"/> to b = <paramref name="high"/>.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Uniform(Tensor low, Tensor high) : base(Broadcast.Shapes(low, high), []) => (Low, High) = (low, high);

    /// <summary>a.</summary>
    public Tensor Low { get; }

    /// <summary>b.</summary>
    public Tensor High { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => (Low + High) * 0.5;

    /// <inheritdoc/>
    public override Tensor Entropy => (High - Low).Log();

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) => (-Entropy).MaskedFill((x < Low).LogicalOr(x > High), double.NegativeInfinity);

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Low + (High - Low) * rng.Uniform(shape, Low.ElementType, Low.Device);
}
