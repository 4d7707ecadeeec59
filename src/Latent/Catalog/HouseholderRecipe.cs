using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Reflections of vectors: <see cref="Householder"/>.</summary>
public sealed record HouseholderRecipe : TransformRecipe
{
    /// <summary>How many.</summary>
    public long Reflections { get; init => field = Arguments.Positive(value, "reflections"); } = 1;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var parameters = new AmortizedParameters(place, 1, ("vectors", [Reflections, VectorSize(place)]));
        return context => new Householder(parameters.Given(context)[0]);
    }
}
