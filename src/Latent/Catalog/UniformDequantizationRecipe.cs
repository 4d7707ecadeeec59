using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Uniform noise.</summary>
public sealed record UniformDequantizationRecipe : DequantizationRecipe
{
    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data) => new Dequantizer(data.Levels!.Value, data.EventShape.Rank);
}
