using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Independent normal coordinates, whose means and variances the encoder gives.</summary>
public sealed record DiagonalNormalRecipe : PosteriorRecipe
{
    /// <inheritdoc/>
    public override Conditional Build(Init init, NetworkRecipe encoder, DataSummary data, long latent)
    {
        var head = Heads.DiagonalNormal(latent);
        return new Parametric(Network(init, encoder, data, head.Outputs), head);
    }
}
