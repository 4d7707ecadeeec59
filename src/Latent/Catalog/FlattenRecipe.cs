using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Pictures as vectors, row by row, for transforms that want these.</summary>
public sealed record FlattenRecipe : TransformRecipe
{
    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var transform = new Reshape([place.EventShape.Elements], place.EventShape);
        return _ => transform;
    }
}
