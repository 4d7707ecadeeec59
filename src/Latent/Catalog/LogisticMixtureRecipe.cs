using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements are levels, each a mixture of discretized logistic variables.</summary>
public sealed record LogisticMixtureRecipe : LikelihoodRecipe
{
    /// <summary>How many components a mixture has.</summary>
    public long Components { get; init => field = Arguments.Positive(value, "components"); } = 5;

    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Heads.LogisticMixture(data.EventShape, data.Levels!.Value, Components);

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null)
            throw new RecipeException("model.likelihood", "The likelihood 'logisticMixture' is for data with levels, and these data are reals: take model.likelihood.kind=normal, or read the values as levels (data.levels).");
    }
}
