using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A product of reflections, x = H₁ ⋯ H_m z with H = I − 2 v vᵀ / ‖v‖²: orthogonal, log|det| = 0.</summary>
/// <remarks>
/// <para>Source: Tomczak and Welling, Improving variational auto-encoders using Householder flow (2016), equation 8.</para>
/// <para>Shapes: the vectors v are [*batch, m, D]; events are [D].</para>
/// <para>Domain: all reals; vectors that are not zero.</para>
/// </remarks>
public sealed class Householder : Transform
{
    private readonly Reflections reflections;

    /// <summary>The reflections of some vectors.</summary>
    /// <param name="vectors">v₁, …, v_m.</param>
    /// <exception cref="ArgumentException">There is no axis of reflections.</exception>
    public Householder(Tensor vectors) : base(1, Vectors(vectors)) => reflections = new(vectors);

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var x = reflections.Times(z.Unsqueeze(-1)).Squeeze(-1);
        return (x, ZeroLogDet(x, 1));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var z = reflections.TransposedTimes(x.Unsqueeze(-1)).Squeeze(-1);
        return (z, ZeroLogDet(z, 1));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == reflections.Size
        ? eventShape
        : throw new ArgumentException($"Householder maps events [D = {reflections.Size}], not {eventShape}. Give it vectors of the event's size.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    private static ReadOnlySpan<long> Vectors(Tensor vectors) => vectors.Rank >= 2
        ? vectors.Shape.AsSpan()[..^2]
        : throw Arguments.Misshapen(vectors, "[*batch, m, D]", "Give the vectors of the reflections as rows.");
}
