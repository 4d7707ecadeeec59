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
    public override Cost DensityCost => LayerStack.DensityCost(Layer);

    /// <inheritdoc/>
    public override Cost SamplingCost => LayerStack.SamplingCost(Layer);

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place) => LayerStack.Build(LayerStack.Repeated(Layer, Layers), place).Transform
        ?? throw new RecipeException(LayerStack.Key, "A layer that is repeated has at least one transform.");
}
