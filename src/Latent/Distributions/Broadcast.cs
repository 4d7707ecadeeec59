using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The shape that parameters broadcast to.</summary>
internal static class Broadcast
{
    /// <summary>The common shape, aligned at the last axis.</summary>
    /// <exception cref="ArgumentException">Two sizes differ and neither is 1.</exception>
    public static Shape Shapes(params ReadOnlySpan<Tensor> tensors)
    {
        var rank = 0;
        foreach (var t in tensors) rank = Math.Max(rank, t.Rank);
        var sizes = new long[rank];
        Array.Fill(sizes, 1);
        foreach (var t in tensors)
        {
            var shape = t.Shape;
            for (var i = 1; i <= shape.Rank; i++)
            {
                ref var size = ref sizes[rank - i];
                if (shape[^i] == size || shape[^i] == 1) continue;
                if (size != 1) throw new ArgumentException($"Parameters of shapes {string.Join(" and ", tensors.ToArray().Select(u => u.Shape))} do not broadcast.", nameof(tensors));
                size = shape[^i];
            }
        }
        return new Shape(sizes);
    }

    /// <summary>The same shape, if it has the axes of one event at its end.</summary>
    /// <param name="shape">[*batch, *axes].</param>
    /// <param name="axes">Names of the event's axes.</param>
    /// <param name="parameter">Whose shape it is.</param>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    public static Shape WithEvent(Shape shape, string[] axes, string parameter) => shape.Rank >= axes.Length
        ? shape
        : throw new ArgumentException($"The {parameter} must be [*batch, {string.Join(", ", axes)}], not {shape}.", parameter);
}
