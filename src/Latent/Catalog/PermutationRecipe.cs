using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Another order of a vector's coordinates, so that the next layer looks at them differently.</summary>
public sealed record PermutationRecipe : TransformRecipe
{
    /// <summary>Backwards, or at random by the recipe's seed.</summary>
    public PermutationOrder Order { get; init; }

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var size = VectorSize(place);
        var order = new long[size];
        if (Order == PermutationOrder.Random) place.Init.Choices("order").Permutation(order);
        else for (var i = 0; i < order.Length; i++) order[i] = size - 1 - i;
        var transform = new Permutation(order);
        return _ => transform;
    }
}
