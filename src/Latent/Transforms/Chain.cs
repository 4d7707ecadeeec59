using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Transforms one after the other: x = f_n(… f_1(z)), log|det| the sum of theirs.</summary>
/// <remarks>
/// An event of the chain has as many axes as its most demanding part needs. A part that sees fewer as one event acts along the
/// others entry by entry, and its log-determinants are summed over them.
/// </remarks>
internal sealed class Chain : Transform
{
    private readonly int[] furtherAxes; // axes of an event at each part beyond those that the part sees as one

    public Chain(Transform[] parts) : this(parts, FurtherAxes(parts))
    {
    }

    private Chain(Transform[] parts, int[] furtherAxes) : base(
        parts[0].EventRank + furtherAxes[0],
        Broadcast.Shapes([.. parts.Zip(furtherAxes, (part, further) => part.BatchShapeBefore(further))]),
        parts[^1].ForwardRank + furtherAxes[^1],
        Array.TrueForAll(parts, part => part.HasInverse)) => (Parts, this.furtherAxes) = (parts, furtherAxes);

    public Transform[] Parts { get; }

    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var (x, total) = Parts[0].ForwardWithLogDet(z);
        total = Independent.Sum(total, furtherAxes[0]);
        for (var i = 1; i < Parts.Length; i++)
        {
            (x, var logDet) = Parts[i].ForwardWithLogDet(x);
            total += Independent.Sum(logDet, furtherAxes[i]);
        }
        return (x, total);
    }

    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var (z, logDets) = InverseInParts(x);
        var total = logDets[0];
        foreach (var logDet in logDets.AsSpan(1)) total += logDet;
        return (z, total);
    }

    /// <summary>z, and each part's log-determinant from the last part to the first.</summary>
    public (Tensor Z, Tensor[] LogDets) InverseInParts(Tensor x)
    {
        var logDets = new Tensor[Parts.Length];
        for (var i = Parts.Length - 1; i >= 0; i--)
        {
            (x, var logDet) = Parts[i].InverseWithLogDet(x);
            logDets[^(i + 1)] = Independent.Sum(logDet, furtherAxes[i]);
        }
        return (x, logDets);
    }

    protected override Shape ForwardShapeCore(Shape eventShape)
    {
        foreach (var part in Parts) eventShape = part.ForwardShape(eventShape);
        return eventShape;
    }

    protected override Shape InverseShapeCore(Shape eventShape)
    {
        for (var i = Parts.Length - 1; i >= 0; i--) eventShape = Parts[i].InverseShape(eventShape);
        return eventShape;
    }

    private static int[] FurtherAxes(Transform[] parts)
    {
        // Relative to the rank of z: what the rank is at each part, and what it must be at least.
        var (rank, least) = (0, 0);
        var further = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            further[i] = rank - parts[i].EventRank;
            least = Math.Max(least, -further[i]);
            rank += parts[i].ForwardRank - parts[i].EventRank;
        }
        return [.. further.Select(f => f + least)];
    }
}
