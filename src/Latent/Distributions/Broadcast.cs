using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The shape that parameters broadcast to.</summary>
internal static class Broadcast
{
    /// <summary>The common shape, aligned at the last axis.</summary>
    /// <exception cref="ArgumentException">Two sizes differ and neither is 1.</exception>
    public static Shape Shapes(params ReadOnlySpan<Tensor> tensors)
    {
        var shapes = new Shape[tensors.Length];
        for (var i = 0; i < shapes.Length; i++) shapes[i] = tensors[i].Shape;
        return Shapes(shapes);
    }

    /// <inheritdoc cref="Shapes(ReadOnlySpan{Tensor})"/>
    public static Shape Shapes(params ReadOnlySpan<Shape> shapes)
    {
        var rank = 0;
        foreach (var shape in shapes) rank = Math.Max(rank, shape.Rank);
        var sizes = new long[rank];
        Array.Fill(sizes, 1);
        foreach (var shape in shapes)
        {
            for (var i = 1; i <= shape.Rank; i++)
            {
                ref var size = ref sizes[rank - i];
                if (shape[^i] == size || shape[^i] == 1) continue;
                if (size != 1) throw new ArgumentException($"Parameters of shapes {string.Join(" and ", shapes.ToArray())} do not broadcast.", nameof(shapes));
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
