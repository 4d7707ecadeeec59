using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Batch normalisation of the coordinates of vectors or the channels of pictures: <see cref="BatchNorm"/>. In use its statistics are those of the training set.</summary>
public sealed record BatchNormRecipe : TransformRecipe
{
    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        // A draw takes the kept statistics, and the density of what was drawn those of its batch: they would not go together.
        if (place.ContextFeatures > 0)
            throw new RecipeException(LayerStack.Key, "Batch normalisation is for the density of data, not for draws given an example (a posterior, learned noise within levels): take 'actNorm' there.");
        var init = place.Init;
        Shape shape = [place.EventShape[0], .. Enumerable.Repeat(1L, place.EventShape.Rank - 1)];
        var transform = new BatchNorm(
            init.Parameter("location", shape, Initializers.Zeros), init.Parameter("log_scale", shape, Initializers.Zeros),
            init.Buffer("mean", () => Tensor.Zeros(shape, dtype: init.ElementType)), init.Buffer("variance", () => Tensor.Ones(shape, dtype: init.ElementType)),
            shape.Rank);
        return _ => transform;
    }
}
