using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements lie in [0, 1], as greys do; the decoder gives the logits of continuous Bernoulli variables.</summary>
public sealed record ContinuousBernoulliRecipe : LikelihoodRecipe
{
    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Heads.ContinuousBernoulli(data.EventShape);

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null)
            throw new RecipeException("model.likelihood", "The likelihood 'continuousBernoulli' is for values in [0, 1], and these data are reals: take model.likelihood.kind=normal.");
    }
}
