using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// Transforms each coordinate by itself, by parameters computed from the coordinates of x before it: x_i = τ(z_i; θ_i(x_before)).
/// The Jacobian is triangular.
/// </summary>
/// <remarks>
/// <para>Source: Papamakarios et al., Masked autoregressive flow (2017), equations 3 to 5; the inverse direction as a transform of its own,
/// <see cref="Transform.Inverted"/>, is that of Kingma et al., Inverse autoregressive flow (2016). With other heads it is the
/// neural autoregressive flow (Huang et al. 2018) and the autoregressive spline flow (Durkan et al. 2019).</para>
/// <para>Shapes: events are [D].</para>
/// <para>Numerics: z from x, the way densities go, is one pass of the network; x from z takes D steps, one coordinate after the other.
/// With <see cref="BoundedAffine"/> the former is one <see cref="FusedAffine"/> node beside the network; as recipes build it, the network too is part of it, <see cref="FusedAffineLayer"/>.</para>
/// </remarks>
public sealed class MaskedAutoregressive : Transform
{
    private readonly Func<Tensor, Tensor> network;
    private readonly TransformHead head;
    private readonly long[] order;
    private readonly Unrolling? unrolling;

    /// <summary>A transform along an order of coordinates.</summary>
    /// <param name="network">θ: x [*, D] → [*, D, P], numbers for each coordinate that depend only on those before it.</param>
    /// <param name="order">The network's order, a list of 0 … D − 1.</param>
    /// <param name="head">τ, of P numbers each.</param>
    /// <param name="batchShape">The batch axes of a context that the network holds; none if it holds none.</param>
    /// <param name="unrolling">The network run coordinate by coordinate without a gradient, if it can do that in less than D passes.</param>
    /// <exception cref="ArgumentException">The order does not hold each of 0 … D − 1 once.</exception>
    public MaskedAutoregressive(Func<Tensor, Tensor> network, ReadOnlySpan<long> order, TransformHead head, ReadOnlySpan<long> batchShape = default, Unrolling? unrolling = null) : base(1, batchShape)
    {
        (this.network, this.head, this.order, this.unrolling) = (network, head, order.ToArray(), unrolling);
        for (var i = 0; i < order.Length; i++)
            if (!order.Contains(i)) throw new ArgumentException($"order must hold each of 0 … {order.Length - 1} once, being of {order.Length} coordinates, not [{string.Join(", ", this.order)}].", nameof(order));
    }

    /// <summary>The network's layers, if it is nothing but a perceptron of x.</summary>
    internal DenseWeights[]? Perceptron { get; init; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        Shape batch = Broadcast.Shapes(z.Shape[..^1], BatchShape);
        Tensor? total = null;
        Tensor Next(long coordinate, Tensor raw)
        {
            var (x, logDet) = head.Of(raw).ForwardWithLogDet(z.Select(-1, coordinate));
            total = total is null ? logDet : total + logDet;
            return x;
        }
        var x = unrolling is null || Autograd.IsRecording ? Unroll(network, order, Tensor.Zeros(batch, dtype: z.ElementType, device: z.Device), Next) : unrolling(batch, Next);
        return (x, total ?? ZeroLogDet(z, 1));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        if (Perceptron is { } layers && head.AffineBound is { } bound) return FusedAffineLayer.Apply(x, layers, bound, isForward: false);
        var transform = head.Of(network(x));
        if (transform is BoundedAffine affine) return FusedAffine.Map(x, affine.Raw, affine.Bound, isForward: false);
        var (z, logDet) = transform.InverseWithLogDet(x);
        return (z, logDet.Sum(-1));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == order.Length
        ? eventShape
        : throw new ArgumentException($"The network's order is of events [D = {order.Length}], not {eventShape}. Give it one of as many coordinates as events have.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    /// <summary>Goes through the coordinates with a pass of the network for each, in which those to come are 0.</summary>
    /// <param name="network">x [*, D] → [*, D, P].</param>
    /// <param name="order">The network's.</param>
    /// <param name="zero">Zeros, [*].</param>
    /// <param name="next">As in <see cref="Unrolling"/>.</param>
    internal static Tensor Unroll(Func<Tensor, Tensor> network, long[] order, Tensor zero, Func<long, Tensor, Tensor> next)
    {
        var columns = new Tensor[order.Length];
        Array.Fill(columns, zero);
        foreach (var i in order) columns[i] = next(i, NumbersOf(i));
        return Tensor.Stack(columns, -1);

        Tensor NumbersOf(long coordinate)
        {
            using var scope = TensorScope.Open(); // a pass leaves these numbers and nothing else
            return scope.Return(network(Tensor.Stack(columns, -1)).Select(-2, coordinate).Clone());
        }
    }
}
