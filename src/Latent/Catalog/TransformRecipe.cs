using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A transform of a flow, without its parameters.</summary>
public abstract record TransformRecipe
{
    /// <summary>What the way from data to noise costs, which a density takes.</summary>
    public abstract Cost DensityCost { get; }

    /// <summary>What the way from noise to data costs, which a sample takes.</summary>
    public abstract Cost SamplingCost { get; }

    /// <summary>Makes the transform, from noise to data; its parameters go into the place's store.</summary>
    /// <param name="place">Where it stands.</param>
    /// <returns>The transform given a context; to make it, values of the context are not looked at.</returns>
    /// <exception cref="RecipeException">It does not go with the events there.</exception>
    public abstract Func<Tensor?, Transform> Build(TransformPlace place);

    /// <summary>D, where events are vectors [D].</summary>
    /// <exception cref="RecipeException">They are not.</exception>
    private protected long VectorSize(TransformPlace place) => place.EventShape is [var size]
        ? size
        : throw new RecipeException(LayerStack.Key, $"'{ModelCatalog.Kinds.Of(typeof(TransformRecipe)).First(kind => kind.Type == GetType()).Name}' takes vectors, and events are {place.EventShape} there: put 'flatten' before it.");
}
