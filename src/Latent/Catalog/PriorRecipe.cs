using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>p(z), the distribution of the latent variable.</summary>
public abstract record PriorRecipe
{
    /// <summary>Makes the prior of a vector.</summary>
    public abstract Conditional Build(Init init, long dimensions);
}
