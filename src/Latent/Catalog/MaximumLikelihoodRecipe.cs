using Latent.Models;
using Latent.Objectives;

namespace Latent.Catalog;

/// <summary>−log p(x) of a model without latent variables: <see cref="MaximumLikelihood"/>.</summary>
public sealed record MaximumLikelihoodRecipe : ObjectiveRecipe
{
    /// <inheritdoc/>
    public override string Criterion => "log-likelihood";

    /// <inheritdoc/>
    public override bool NeedsExactLikelihood => true;

    /// <inheritdoc/>
    public override Objective Build(LatentVariableModel model, long stepsPerEpoch) => new MaximumLikelihood(model);
}
