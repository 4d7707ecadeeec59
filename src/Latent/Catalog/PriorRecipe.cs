using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>p(z), the distribution of a latent variable or of a flow's noise.</summary>
public abstract record PriorRecipe
{
    /// <summary>Makes the prior of events of a shape.</summary>
    public abstract Conditional Build(Init init, Shape eventShape);
}
