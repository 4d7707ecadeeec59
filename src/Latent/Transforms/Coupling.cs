using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// Keeps some entries of an event and transforms each of the others by itself, by parameters computed from the kept ones:
/// x_a = z_a, x_b = τ(z_b; θ(z_a)). The Jacobian is triangular.
/// </summary>
/// <remarks>
/// <para>Source: Dinh et al., NICE (2015), section 3.1; Density estimation using Real NVP (2017), section 3.2. With the heads of
/// <see cref="TransformHeads"/> it is NICE, RealNVP, the coupling of spline flows, that of Flow++.</para>
/// <para>Shapes: events are the mask's. The conditioner takes kept entries [*, k, …] to [*, P n, …], P numbers for each of n entries
/// along the first axis that are transformed: the first numbers of all of them, then the second ones, …, as channels are.</para>
/// <para>Numerics: both directions cost one pass of the conditioner. <see cref="BoundedAffine"/> couplings of vectors in
/// <see cref="CouplingPattern.Halves"/> are one <see cref="FusedAffine"/> node beside it; as recipes build it, a perceptron too is part of it, <see cref="FusedAffineLayer"/>.</para>
/// </remarks>
public sealed class Coupling : Transform
{
    private readonly CouplingMask mask;
    private readonly Func<Tensor, Tensor> conditioner;
    private readonly TransformHead head;

    /// <summary>A coupling over a mask.</summary>
    /// <param name="mask">Which entries are kept.</param>
    /// <param name="conditioner">θ, as its outputs' raw numbers.</param>
    /// <param name="head">τ.</param>
    /// <param name="batchShape">The batch axes of a context that the conditioner holds; none if it holds none.</param>
    public Coupling(CouplingMask mask, Func<Tensor, Tensor> conditioner, TransformHead head, ReadOnlySpan<long> batchShape = default) : base(mask.EventShape.Rank, batchShape) =>
        (this.mask, this.conditioner, this.head) = (mask, conditioner, head);

    /// <summary>The conditioner's layers, if it is nothing but a perceptron of the kept entries.</summary>
    internal DenseWeights[]? Perceptron { get; init; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => Map(z, isForward: true);

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => Map(x, isForward: false);

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape == mask.EventShape
        ? eventShape
        : throw new ArgumentException($"The coupling's mask is for events {mask.EventShape}, not {eventShape}. Give it a mask of the events' shape.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    private (Tensor, Tensor) Map(Tensor value, bool isForward)
    {
        var firstMoved = EventRank == 1 ? mask.First : null;
        if (firstMoved is { } from && Perceptron is { } layers && head.AffineBound is { } bound)
            return FusedAffineLayer.Apply(value, layers, bound, isForward, firstInput: from == 0 ? mask.Transformed[0] : 0, from);
        var transform = head.Of(Raw(mask.KeptOf(value)));
        if (firstMoved is { } first && transform is BoundedAffine affine) return FusedAffine.Map(value, affine.Raw, affine.Bound, isForward, first);
        var transformed = mask.TransformedOf(value);
        var (mapped, logSlopes) = isForward ? transform.ForwardWithLogDet(transformed) : transform.InverseWithLogDet(transformed);
        return mask.Join(value, mapped, logSlopes);
    }

    /// <summary>The conditioner's numbers for each transformed entry, [*, n, …, P].</summary>
    private Tensor Raw(Tensor kept)
    {
        var raw = conditioner(kept);
        var (rank, transformed) = (EventRank, mask.Transformed);
        Shape expected = [head.Outputs * transformed[0], .. transformed[1..]];
        if (raw.Rank < rank || raw.Shape[^rank..] != expected)
            throw Arguments.Misshapen(raw, $"[*, {string.Join(", ", expected.AsSpan().ToArray())}]", $"The conditioner gives {head.Outputs} numbers (TransformHead.Outputs) for each of {transformed} transformed entries, along their first axis.");
        return raw.Unflatten(-rank, head.Outputs, transformed[0]).MoveDim(-rank - 1, -1);
    }
}
