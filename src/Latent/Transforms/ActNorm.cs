using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A shift and a scale for each coordinate, or each channel, that begin where z has mean 0 and variance 1 over the first data:
/// x = μ + e^s z, log|det| = Σ s.
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Dhariwal, Glow (2018), section 3.1, there from data to noise.</para>
/// <para>Shapes: μ and s are [*batch, *event], or have size 1 where coordinates share them: [C, 1, 1] for the channels of [C, H, W].</para>
/// <para>Domain: all reals.</para>
/// <para>First data: within a <see cref="DataPass"/> a transform without batch axes sets its parameters by the first values that come
/// to it, so that those it gives have mean 0 and variance 1, in the direction in which they come. A coordinate that does not vary
/// keeps the scale 1.</para>
/// </remarks>
public sealed class ActNorm : Transform
{
    /// <summary>Coordinates that vary less than this do not vary but by rounding, relative to their size.</summary>
    private const double LeastDeviation = 1e-6;

    /// <summary>μ = <paramref name="location"/>, s = <paramref name="logScale"/>.</summary>
    /// <param name="location">μ.</param>
    /// <param name="logScale">s, of the same shape.</param>
    /// <param name="eventRank">How many of their last axes make one event.</param>
    /// <exception cref="ArgumentException">The shapes differ, or have fewer axes.</exception>
    public ActNorm(Tensor location, Tensor logScale, int eventRank) : base(eventRank, EventScale.BatchOf(logScale, eventRank))
    {
        if (location.Shape != logScale.Shape) throw Arguments.Misshapen(location, $"{logScale.Shape}", "Location and scale come in pairs: give them one shape.");
        (Location, LogScale) = (location, logScale);
    }

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>s.</summary>
    public Tensor LogScale { get; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        if (BatchShape.Rank == 0 && DataPass.Initializes(Location))
        {
            var (mean, logDeviation) = Standard(z);
            Set(-mean * (-logDeviation).Exp(), -logDeviation);
        }
        var x = Location + z * LogScale.Exp();
        return (x, EventScale.Sum(LogScale, x, EventRank));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        if (BatchShape.Rank == 0 && DataPass.Initializes(Location))
        {
            var (mean, logDeviation) = Standard(x);
            Set(mean, logDeviation);
        }
        var z = (x - Location) * (-LogScale).Exp();
        return (z, -EventScale.Sum(LogScale, z, EventRank));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => EventScale.Checked(this, LogScale, eventShape);

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => EventScale.Checked(this, LogScale, eventShape);

    private (Tensor Mean, Tensor LogDeviation) Standard(Tensor value)
    {
        var (mean, variance) = EventScale.Moments(value, Location.Shape);
        var deviation = variance.Sqrt();
        var isConstant = deviation <= LeastDeviation * mean.Abs().ClampMin(1);
        return (mean, deviation.MaskedFill(isConstant, 1).Log());
    }

    private void Set(Tensor location, Tensor logScale)
    {
        using var noGrad = Autograd.NoGrad();
        Location.CopyInPlace(location);
        LogScale.CopyInPlace(logScale);
    }
}
