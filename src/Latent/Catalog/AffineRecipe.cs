using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A shift and a scale, as in RealNVP and MAF.</summary>
public sealed record AffineRecipe : TransformHeadRecipe
{
    /// <summary>The bound on the scale's logarithm.</summary>
    public double Bound { get; init => field = Arguments.Positive(value, "bound"); } = BoundedAffine.UsualBound;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Initializer OutputBias => Initializers.Zeros;

    /// <inheritdoc/>
    public override TransformHead Build() => TransformHeads.Affine(Bound);
}
