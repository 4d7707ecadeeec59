using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A learned scale for each coordinate, as next to the noise of NICE: <see cref="Scaling"/>. It begins at 1.</summary>
public sealed record ScalingRecipe : TransformRecipe
{
    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var logScale = place.Init.Parameter("log_scale", place.EventShape, Initializers.Zeros);
        var transform = new Scaling(logScale, place.EventShape.Rank);
        return _ => transform;
    }
}
