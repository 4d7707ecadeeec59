using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>From data to noise, squares of pixels become channels: <see cref="Squeeze"/>.</summary>
public sealed record SqueezeRecipe : TransformRecipe
{
    /// <summary>The side of a square.</summary>
    public long Factor { get; init => field = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Squares of pixels have a side of at least 2."); } = 2;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        if (place.EventShape is not [_, var height, var width] || height % Factor != 0 || width % Factor != 0)
            throw new RecipeException(LayerStack.Key, $"Squeezing takes pictures [C, H, W] whose height and width are multiples of {Factor}, and events are {place.EventShape} there: squeeze less often, or bring the pictures to another size (data.size).");
        var transform = new Squeeze(Factor);
        return _ => transform;
    }
}
