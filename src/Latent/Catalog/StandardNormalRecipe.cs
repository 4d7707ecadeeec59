using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>N(0, I).</summary>
public sealed record StandardNormalRecipe : PriorRecipe
{
    /// <inheritdoc/>
    public override Conditional Build(Init init, Shape eventShape) => Unconditional.StandardNormal(init, eventShape);
}
