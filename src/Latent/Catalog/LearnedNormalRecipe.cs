using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Independent normal variables with learned means and standard deviations, which begin as N(0, I).</summary>
public sealed record LearnedNormalRecipe : PriorRecipe
{
    /// <inheritdoc/>
    public override Conditional Build(Init init, Shape eventShape) => new Learned(init, Heads.Normal(eventShape));
}
