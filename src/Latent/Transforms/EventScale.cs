using System.Runtime.CompilerServices;
using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Parameters that scale each event: one for each coordinate, or for each channel, [C, 1, 1] of [C, H, W].</summary>
internal static class EventScale
{
    /// <summary>The batch axes of a parameter [*batch, *event], sizes of the event being its own or 1.</summary>
    /// <exception cref="ArgumentException">It has too few axes.</exception>
    public static ReadOnlySpan<long> BatchOf(Tensor parameter, int eventRank, [CallerArgumentExpression(nameof(parameter))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(eventRank);
        var shape = parameter.Shape;
        return shape.Rank >= eventRank
            ? shape.AsSpan()[..^eventRank]
            : throw Arguments.Misshapen(parameter, $"[*batch, {string.Join(", ", Enumerable.Repeat("·", eventRank))}]", "Give parameters the axes of an event; sizes are those of the event, or 1.", name);
    }

    /// <summary>Refuses events to which the parameter does not broadcast.</summary>
    /// <exception cref="ArgumentException">A size differs and is not 1.</exception>
    public static Shape Checked(Transform transform, Tensor parameter, Shape eventShape)
    {
        Shape own = parameter.Shape[^eventShape.Rank..];
        for (var i = 0; i < own.Rank; i++)
            if (own[i] != 1 && own[i] != eventShape[i])
                throw new ArgumentException($"{transform.GetType().Name} has parameters for events {own}, not {eventShape}. Give it parameters of the event's size.", nameof(eventShape));
        return eventShape;
    }

    /// <summary>Σ over the event of a parameter [*batch, *event], for each of the values [*S, *batch, *event].</summary>
    public static Tensor Sum(Tensor parameter, Tensor value, int eventRank)
    {
        Shape own = parameter.Shape[^eventRank..], events = value.Shape[^eventRank..];
        return (Independent.Sum(parameter, eventRank) * ((double)events.Elements / own.Elements)).Expand(value.Shape[..^eventRank]);
    }

    /// <summary>Mean and variance of values over all axes that a parameter without batch axes does not have, in its shape.</summary>
    public static (Tensor Mean, Tensor Variance) Moments(Tensor value, Shape parameter)
    {
        var axes = new List<long>();
        var leading = value.Rank - parameter.Rank;
        for (var i = 0; i < value.Rank; i++)
            if (i < leading || parameter[i - leading] == 1) axes.Add(i);
        var all = axes.ToArray();
        var mean = value.Mean(all, keepDim: true);
        var variance = (value - mean).Square().Mean(all, keepDim: true);
        return (mean.Reshape(parameter), variance.Reshape(parameter));
    }
}
