using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A network whose outputs for an element depend on elements before it alone, without its parameters.</summary>
public abstract record CausalNetworkRecipe
{
    /// <summary>Makes the conditional of the network's factors.</summary>
    /// <param name="init">Where the parameters go.</param>
    /// <param name="data">The data.</param>
    /// <param name="head">What the outputs of a site mean.</param>
    /// <param name="site">The shape of a site: [] for elements, [C] for pixels with all their colours.</param>
    /// <param name="classes">How many classes the context, labels Int64 [*B], tells apart; 0 for none.</param>
    /// <param name="outputBias">First values of the outputs' biases, one for each element; null for the usual ones.</param>
    /// <exception cref="RecipeException">The network does not go with the data.</exception>
    public abstract Conditional Build(Init init, DataSummary data, Head head, Shape site, long classes, Initializer? outputBias);

    /// <summary>For networks without a context.</summary>
    /// <exception cref="RecipeException">There are classes.</exception>
    private protected static void RefuseClasses(long classes)
    {
        if (classes > 0) throw new RecipeException("model.conditional", "The network has no place for classes: take model.network.kind=gatedPixelCnn.");
    }

    /// <summary>The shape of pictures [C, H, W], of which causal convolutions are.</summary>
    /// <exception cref="RecipeException">The data are none.</exception>
    private protected static Shape Picture(DataSummary data) => data.EventShape.Rank == 3
        ? data.EventShape
        : throw new RecipeException("model.network", $"The network is one of pictures [C, H, W], and examples are {data.EventShape}: take model.network.kind=made.");
}
