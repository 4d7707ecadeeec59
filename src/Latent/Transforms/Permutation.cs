using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Another order of a vector's coordinates: x_d = z_{π(d)}, log|det| = 0.</summary>
/// <remarks><para>Shapes: events are [D].</para></remarks>
public sealed class Permutation : Transform
{
    private readonly long[] order;
    private readonly long[] inverse;

    /// <summary>π as the list of π(0), π(1), …: <c>[2, 0, 1]</c> puts the last of three coordinates first.</summary>
    /// <exception cref="ArgumentException">The list does not hold each of 0 … D − 1 once.</exception>
    public Permutation(params ReadOnlySpan<long> order) : base(1)
    {
        this.order = order.ToArray();
        inverse = new long[order.Length];
        Array.Fill(inverse, -1);
        for (var d = 0; d < order.Length; d++)
        {
            if (order[d] < 0 || order[d] >= order.Length || inverse[order[d]] >= 0)
                throw new ArgumentException($"order must hold each of 0 … {order.Length - 1} once, being of {order.Length} coordinates, not [{string.Join(", ", this.order)}].", nameof(order));
            inverse[order[d]] = d;
        }
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => (Reordered(z, order), ZeroLogDet(z, 1));

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => (Reordered(x, inverse), ZeroLogDet(x, 1));

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == order.Length
        ? eventShape
        : throw new ArgumentException($"Permutation maps events [D = {order.Length}], not {eventShape}. Give it an order of as many coordinates as events have.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    private static Tensor Reordered(Tensor value, long[] order) => value.IndexSelect(-1, Tensor.From(order).To(value.Device));
}
