using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A shift and a scale for each coordinate of vectors or channel of pictures, which begin at the statistics of the first data: <see cref="ActNorm"/>.</summary>
public sealed record ActNormRecipe : TransformRecipe
{
    /// <summary>Whether they are trained; else they stay where the data put them, an element-wise affine map by statistics of the data.</summary>
    public bool Learned { get; init; } = true;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        Shape shape = [place.EventShape[0], .. Enumerable.Repeat(1L, place.EventShape.Rank - 1)];
        Tensor Zeros(string name) => Learned
            ? place.Init.Parameter(name, shape, Initializers.Zeros)
            : place.Init.Buffer(name, () => Tensor.Zeros(shape, dtype: place.Init.ElementType));
        var transform = new ActNorm(Zeros("location"), Zeros("log_scale"), shape.Rank);
        return _ => transform;
    }
}
