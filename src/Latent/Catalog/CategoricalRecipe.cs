using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements are levels, each one of as many categories.</summary>
public sealed record CategoricalRecipe : LikelihoodRecipe
{
    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Heads.Levels(data.EventShape, data.Levels!.Value);

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null)
            throw new RecipeException("model.likelihood", "The likelihood 'categorical' is for data with levels, and these data are reals: take model.likelihood.kind=normal, or read the values as levels (data.levels).");
    }
}
