using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A contraction or expansion around a point: <see cref="Radial"/>.</summary>
public sealed record RadialRecipe : TransformRecipe
{
    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var size = VectorSize(place);
        var parameters = new AmortizedParameters(place, 0.1, ("center", [size]), ("alpha", []), ("beta", []));
        return context => parameters.Given(context) is [var center, var alpha, var beta] ? new Radial(center, alpha, beta) : throw new InvalidOperationException("There are three parameters.");
    }
}
