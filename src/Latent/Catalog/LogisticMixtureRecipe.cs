using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>The distribution function of a mixture of logistics, a shift and a scale, as in Flow++.</summary>
public sealed record LogisticMixtureRecipe : TransformHeadRecipe
{
    /// <summary>How many logistics are mixed.</summary>
    public long Components { get; init => field = Arguments.Positive(value, "components"); } = 8;

    /// <summary>The bound on the logarithms of scales.</summary>
    public double Bound { get; init => field = Arguments.Positive(value, "bound"); } = BoundedAffine.UsualBound;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.Search;

    /// <inheritdoc/>
    public override Initializer OutputBias => Initializers.Normal(0.5); // equal components would stay equal

    /// <inheritdoc/>
    public override TransformHead Build() => TransformHeads.LogisticMixtureCdf(Components, Bound);
}
