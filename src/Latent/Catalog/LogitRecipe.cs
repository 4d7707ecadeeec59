using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Preprocessing of numbers in [0, 1], such as dequantized levels: from data to noise logit(α + (1 − 2α) x), <see cref="Logit"/>.</summary>
public sealed record LogitRecipe : TransformRecipe
{
    /// <summary>α, in (0, 0.5): at 0 and 1, which noise within levels reaches, z stays finite.</summary>
    public double Alpha
    {
        get;
        init => field = value is > 0 and < 0.5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "α lies in (0, 0.5); 0.05 and 1e-6 are usual.");
    } = 0.05;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var transform = new Logit(Alpha);
        return _ => transform;
    }
}
