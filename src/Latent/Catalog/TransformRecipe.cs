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
}
