using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Scales of the same transforms, between which half of the channels is given away as noise: <see cref="Multiscale"/>.</summary>
public sealed record MultiscaleRecipe : TransformRecipe
{
    /// <summary>The transforms of a scale, from the data to the noise; squeezing among them.</summary>
    public IReadOnlyList<TransformRecipe> Scale { get; init; } = [];

    /// <summary>How many scales there are.</summary>
    public long Scales { get; init => field = Arguments.Positive(value, "scales"); } = 2;

    /// <inheritdoc/>
    public override Cost DensityCost => LayerStack.DensityCost(Scale);

    /// <inheritdoc/>
    public override Cost SamplingCost => LayerStack.SamplingCost(Scale);

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var scales = new List<Func<Tensor?, Transform>>();
        var shape = place.EventShape;
        for (var i = 0; i < Scales; i++)
        {
            if (i > 0)
            {
                if (shape[0] % 2 != 0)
                    throw new RecipeException(LayerStack.Key, $"Scale {i} leaves events {shape}, whose channels cannot be halved: squeeze in each scale, or take fewer scales.");
                shape = [shape[0] / 2, .. shape[1..]];
            }
            var (transform, noise) = LayerStack.Build(Scale, place with { Init = place.Init[i], EventShape = shape, Number = place.Number + i * Scale.Sum(LayerStack.Couplings) });
            scales.Add(transform ?? throw new RecipeException(LayerStack.Key, "A scale has at least one transform."));
            shape = noise;
        }
        return context => new Multiscale([.. scales.Select(scale => scale(context))], place.EventShape);
    }
}
