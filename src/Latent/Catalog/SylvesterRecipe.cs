using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A residual step through all coordinates, for posteriors: <see cref="Sylvester"/>.</summary>
public sealed record SylvesterRecipe : TransformRecipe
{
    /// <summary>The reflections that its orthogonal matrix is a product of.</summary>
    public long Reflections { get; init => field = Arguments.Positive(value, "reflections"); } = 8;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.Unavailable;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var size = VectorSize(place);
        var parameters = new AmortizedParameters(place, 0.1, ("vectors", [Reflections, size]), ("r", [size, size]), ("r_tilde", [size, size]), ("b", [size]));
        return context => parameters.Given(context) is [var vectors, var r, var rTilde, var b] ? new Sylvester(vectors, r, rTilde, b) : throw new InvalidOperationException("There are four parameters.");
    }
}
