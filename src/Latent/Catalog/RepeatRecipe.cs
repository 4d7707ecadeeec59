using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A layer of transforms several times, each with parameters of its own.</summary>
public sealed record RepeatRecipe : TransformRecipe
{
    /// <summary>The transforms, from the data to the noise.</summary>
    public IReadOnlyList<TransformRecipe> Layer { get; init; } = [];

    /// <summary>How many times.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 1;

    /// <inheritdoc/>
    public override Cost DensityCost => Layer.Select(transform => transform.DensityCost).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override Cost SamplingCost => Layer.Select(transform => transform.SamplingCost).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var layers = Enumerable.Repeat(Layer, checked((int)Layers)).SelectMany(layer => layer);
        return LayerStack.Build(layers, place.Init, place.Data, place.EventShape, place.ContextFeatures).Transform
            ?? throw new RecipeException("model.layer", "A layer that is repeated has at least one transform.");
    }
}
