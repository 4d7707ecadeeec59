using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The noise within the cells of levels, by which a density becomes a model of levels.</summary>
public abstract record DequantizationRecipe
{
    /// <summary>Makes q(v|x).</summary>
    /// <param name="init">Where its parameters go.</param>
    /// <param name="data">What is known of x: its levels, above all.</param>
    public abstract Conditional Build(Init init, DataSummary data);
}
