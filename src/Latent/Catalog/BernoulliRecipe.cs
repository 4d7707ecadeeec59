using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements are coins; the decoder gives their logits, which begin at those of the training set's mean.</summary>
public sealed record BernoulliRecipe : LikelihoodRecipe
{
    /// <inheritdoc/>
    public override bool IsBinary => true;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Heads.Bernoulli(data.EventShape);

    /// <inheritdoc/>
    /// <remarks>Means are kept within [0.001, 0.999]: pixels that are always black would begin at −∞.</remarks>
    public override Initializer? OutputBias(DataSummary data) => data.Mean.IsEmpty ? null : Initializers.Values(Array.ConvertAll(data.Mean.ToArray(), Logit));

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null)
            throw new RecipeException("model.likelihood", "The likelihood 'bernoulli' is for data of 0 and 1 or levels of grey, and these data are reals: take model.likelihood.kind=normal, or leave the likelihood out.");
    }

    private static double Logit(double mean)
    {
        var p = Math.Clamp(mean, 0.001, 0.999);
        return Math.Log(p / (1 - p));
    }
}
