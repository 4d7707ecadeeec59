using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Shifts and scales: x = μ + σ z, log|det| = Σ log|σ|.</summary>
/// <remarks>
/// <para>Shapes: μ and σ broadcast to [*batch, *event], with as many event axes as told.</para>
/// <para>Domain: all reals; σ ≠ 0, of either sign.</para>
/// </remarks>
public sealed class Affine : Transform
{
    private readonly Shape parameters;

    /// <summary>μ = <paramref name="location"/>, σ = <paramref name="scale"/>.</summary>
    /// <param name="location">μ.</param>
    /// <param name="scale">σ.</param>
    /// <param name="eventRank">How many of the last axes make one event.</param>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is negative.</exception>
    public Affine(Tensor location, Tensor scale, int eventRank = 0) : this(location, scale, eventRank, Broadcast.Shapes(location, scale))
    {
    }

    private Affine(Tensor location, Tensor scale, int eventRank, Shape parameters) : base(NotNegative(eventRank), parameters[..^Math.Min(eventRank, parameters.Rank)]) =>
        (Location, Scale, this.parameters) = (location, scale, parameters);

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>σ.</summary>
    public Tensor Scale { get; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var x = Location + Scale * z;
        return (x, LogDet(x.Shape));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var z = (x - Location) / Scale;
        return (z, -LogDet(z.Shape));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape)
    {
        for (var i = 1; i <= Math.Min(EventRank, parameters.Rank); i++)
        {
            if (parameters[^i] != 1 && parameters[^i] != eventShape[^i])
                throw new ArgumentException($"Affine has location and scale for events {parameters[BatchShape.Rank..]}, not {eventShape}. Give it parameters of the event's size.", nameof(eventShape));
        }
        return eventShape;
    }

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    /// <summary>Σ log|σ| over the event, [*batch], for values of a shape.</summary>
    private Tensor LogDet(Shape shape)
    {
        Shape own = Scale.Shape;
        var logScale = Scale.Abs().Log().Expand([.. own[..^Math.Min(EventRank, own.Rank)], .. shape[^EventRank..]]);
        return Independent.Sum(logScale, EventRank).Expand(shape[..^EventRank]);
    }

    private static int NotNegative(int eventRank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(eventRank);
        return eventRank;
    }
}
