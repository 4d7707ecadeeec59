using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Turns the raw output of a network into a transform of numbers. <see cref="TransformHeads"/> has the usual ones.</summary>
public sealed class TransformHead
{
    private readonly Func<Tensor, Transform> transform;

    /// <summary>A head for networks with this many outputs for each number.</summary>
    /// <param name="outputs">How many numbers describe one transform.</param>
    /// <param name="transform">Makes it of them: [*, outputs] → a transform of numbers (no event axes) with batch shape [*].</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no output.</exception>
    public TransformHead(long outputs, Func<Tensor, Transform> transform) => (Outputs, this.transform) = (Arguments.Positive(outputs), transform);

    /// <summary>How many outputs for each number a network must have for it.</summary>
    public long Outputs { get; }

    /// <summary>c if the transforms are <see cref="BoundedAffine"/>; else null.</summary>
    internal double? AffineBound { get; init; }

    /// <summary>The transform that raw numbers [*, outputs] describe.</summary>
    /// <exception cref="ArgumentException">The last axis has another size.</exception>
    public Transform Of(Tensor raw) => raw.Shape is [.., var outputs] && outputs == Outputs
        ? transform(raw)
        : throw Arguments.Misshapen(raw, $"[*, outputs = {Outputs}]", "Give the network as many outputs for each number as its head needs (TransformHead.Outputs), in the last axis.");
}
