using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Another scale for each coordinate: x = e^s z, log|det| = Σ s.</summary>
/// <remarks>
/// <para>Source: Dinh, Krueger and Bengio, NICE (2015), section 3.3, there from data to noise.</para>
/// <para>Shapes: s is [*batch, *event], or has size 1 where coordinates share a scale: [C, 1, 1] for the channels of [C, H, W].</para>
/// <para>Domain: all reals.</para>
/// </remarks>
public sealed class Scaling : Transform
{
    /// <summary>s = <paramref name="logScale"/>.</summary>
    /// <param name="logScale">The logarithms of the scales.</param>
    /// <param name="eventRank">How many of its last axes make one event.</param>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    public Scaling(Tensor logScale, int eventRank) : base(eventRank, EventScale.BatchOf(logScale, eventRank)) => LogScale = logScale;

    /// <summary>s.</summary>
    public Tensor LogScale { get; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var x = z * LogScale.Exp();
        return (x, EventScale.Sum(LogScale, x, EventRank));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var z = x * (-LogScale).Exp();
        return (z, -EventScale.Sum(LogScale, z, EventRank));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => EventScale.Checked(this, LogScale, eventShape);

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => EventScale.Checked(this, LogScale, eventShape);
}
