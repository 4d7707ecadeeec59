using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements are levels, each a mixture of discretized logistic variables.</summary>
public sealed record DiscretizedLogisticMixtureRecipe : LikelihoodRecipe
{
    /// <summary>How many components a mixture has.</summary>
    public long Components { get; init => field = Arguments.Positive(value, "components"); } = 5;

    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Heads.DiscretizedLogisticMixture(data.EventShape, data.Levels!.Value, Components);

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null)
            throw new RecipeException("model.likelihood", "The likelihood 'discretizedLogisticMixture' is for data with levels, and these data are reals: take model.likelihood.kind=normal, or read the values as levels (data.levels).");
    }
}
