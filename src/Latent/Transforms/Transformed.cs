using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// The distribution of x = f(z) for z of a base distribution: log p(x) = log p_z(f⁻¹(x)) + log|det ∂f⁻¹(x)/∂x|.
/// A normalizing flow is one with a simple base and a deep <see cref="Transform"/>.
/// </summary>
/// <remarks>
/// <para>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), equation 5.</para>
/// <para>Shapes: batch axes of the base that the transform needs for its events are taken into the event, as by
/// <see cref="Independent"/>. The batch shape is the base's, with batch axes of the transform before it that the base lacks; events are the
/// forward shape of the base's.</para>
/// <para>Domain: outside the transform's image log p is −∞, with gradient 0. <see cref="Mean"/> and <see cref="Entropy"/> have no general closed form.</para>
/// <para>Numerics: draws with their log-probabilities run forward only, log p(x) = log p_z(z) − log|det ∂x/∂z|; so they need no
/// inverse, and lose no digits where the transform saturates.</para>
/// </remarks>
public sealed class Transformed : Distribution, IScoredSampler
{
    private readonly int furtherAxes; // axes of a base event beyond those that the transform sees as one

    /// <summary>z ~ <paramref name="base"/>, x = <paramref name="transform"/>(z).</summary>
    /// <exception cref="ArgumentException">The base has too few axes, its events do not fit the transform, or the batch shapes do not go together.</exception>
    public Transformed(Distribution @base, Transform transform) : this(WithEventAxes(@base, transform), transform, Math.Max(0, @base.EventShape.Rank - transform.EventRank))
    {
    }

    private Transformed(Distribution @base, Transform transform, int furtherAxes) : base(BatchOf(@base, transform.BatchShapeBefore(furtherAxes)), transform.ForwardShape(@base.EventShape)) =>
        (Base, Transform, this.furtherAxes) = (@base, transform, furtherAxes);

    /// <summary>The distribution of z, with events of at least the transform's rank.</summary>
    public Distribution Base { get; }

    /// <summary>f.</summary>
    public Transform Transform { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    public override Tensor? Mean => null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        if (Base is DiagonalNormal { IsStandard: true } && furtherAxes == 0)
        {
            var (noise, logDets) = Transform is Chain chain ? chain.InverseInParts(x) : Parts(Transform.InverseWithLogDet(x));
            return FusedStandardNormal.LogProb(noise, logDets);
        }
        var (z, logDet) = Transform.InverseWithLogDet(x);
        return Joined(Base.LogProb(z), Independent.Sum(logDet, furtherAxes)); // [*S, *batch]

        static (Tensor, Tensor[]) Parts((Tensor Z, Tensor LogDet) inverse) => (inverse.Z, [inverse.LogDet]);
    }

    /// <summary>log p_z(z) + log|det|, and −∞ without gradient where log|det| is that.</summary>
    internal static Tensor Joined(Tensor logProb, Tensor logDet) =>
        // The sum is −∞ there already; the mask keeps the gradients of the stand-in z and of other coordinates from the parameters.
        (logProb + logDet).MaskedFill(logDet.Eq(double.NegativeInfinity), double.NegativeInfinity);

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        var leading = Leading(shape);
        return Transform.Forward(Base.IsReparameterized ? Base.RSample(rng, leading) : Base.Sample(rng, leading));
    }

    (Tensor X, Tensor LogProb) IScoredSampler.SampleWithLogProb(Rng rng, Shape shape)
    {
        var leading = Leading(shape);
        var (z, logProb) = Base.IsReparameterized ? Base.RSampleWithLogProb(rng, leading) : Base.SampleWithLogProb(rng, leading);
        var (x, logDet) = Transform.ForwardWithLogDet(z);
        return (x, logProb - Independent.Sum(logDet, furtherAxes));
    }

    /// <summary>The axes of draws that the base does not have by itself.</summary>
    private Shape Leading(Shape shape) => shape[..^(EventShape.Rank + Base.BatchShape.Rank)];

    private static Distribution WithEventAxes(Distribution @base, Transform transform)
    {
        var missing = transform.EventRank - @base.EventShape.Rank;
        if (missing > @base.BatchShape.Rank)
            throw new ArgumentException($"{transform.GetType().Name} maps events of {transform.EventRank} axes, but the base ({@base.GetType().Name}) has batch shape {@base.BatchShape} and event shape {@base.EventShape}. Give its parameters the axes of an event.", nameof(@base));
        return missing > 0 ? new Independent(@base, missing) : @base;
    }

    private static Shape BatchOf(Distribution @base, Shape ofTransform)
    {
        var batch = Broadcast.Shapes(@base.BatchShape, ofTransform);
        if (batch[^@base.BatchShape.Rank..] != @base.BatchShape)
            throw new ArgumentException($"The base has batch shape {@base.BatchShape}, the transform {ofTransform}: entries of the batch would share their draws. Expand the base's parameters to {batch[^@base.BatchShape.Rank..]}, or give it no batch axes.", nameof(@base));
        return batch;
    }
}
