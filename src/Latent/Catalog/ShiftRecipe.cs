using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A shift, as in NICE.</summary>
public sealed record ShiftRecipe : TransformHeadRecipe
{
    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Initializer OutputBias => Initializers.Zeros;

    /// <inheritdoc/>
    public override TransformHead Build() => TransformHeads.Shift();
}
