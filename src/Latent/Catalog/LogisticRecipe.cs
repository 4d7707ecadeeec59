using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Independent standard logistic variables.</summary>
public sealed record LogisticRecipe : PriorRecipe
{
    /// <inheritdoc/>
    public override Conditional Build(Init init, Shape eventShape) => Unconditional.StandardLogistic(init, eventShape);
}
