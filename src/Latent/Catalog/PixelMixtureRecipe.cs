using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Pixels are mixtures of discretized logistic variables, each colour depending on those before it: the likelihood of PixelCNN++, for autoregressive models.</summary>
public sealed record PixelMixtureRecipe : LikelihoodRecipe
{
    /// <summary>How many components a mixture has.</summary>
    public long Components { get; init => field = Arguments.Positive(value, "components"); } = 10;

    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => data.EventShape is [var colors]
        ? Heads.PixelMixture(colors, data.Levels!.Value, Components)
        : throw new RecipeException("model.likelihood", "The likelihood 'pixelMixture' is for models that describe one pixel after the other: take discretizedLogisticMixture.");

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
        if (data.Levels is null || data.EventShape.Rank != 3)
            throw new RecipeException("model.likelihood", $"The likelihood 'pixelMixture' is for pictures [C, H, W] with levels, and these data are {(data.Levels is null ? "reals" : "levels")} {data.EventShape}: take model.likelihood.kind={(data.Levels is null ? "normal" : "discretizedLogisticMixture")}.");
    }
}
