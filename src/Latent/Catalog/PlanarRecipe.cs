using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A step across a plane, for posteriors: <see cref="Planar"/>.</summary>
public sealed record PlanarRecipe : TransformRecipe
{
    /// <inheritdoc/>
    public override Cost DensityCost => Cost.Unavailable;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var size = VectorSize(place);
        var parameters = new AmortizedParameters(place, 0.1, ("u", [size]), ("w", [size]), ("b", []));
        return context => parameters.Given(context) is [var u, var w, var b] ? new Planar(u, w, b) : throw new InvalidOperationException("There are three parameters.");
    }
}
