using Latent.Models;
using Latent.Objectives;

namespace Latent.Catalog;

/// <summary>The bound of K importance-weighted draws: <see cref="ImportanceWeighted"/>.</summary>
public sealed record ImportanceWeightedRecipe : ObjectiveRecipe
{
    /// <summary>K, draws of z per example.</summary>
    public long Particles { get; init => field = Arguments.Positive(value, "particles"); } = 50;

    /// <summary>The estimator of the encoder's gradient.</summary>
    public ImportanceGradient Gradient { get; init; }

    /// <inheritdoc/>
    public override string Criterion => "bound";

    /// <inheritdoc/>
    public override bool NeedsExactLikelihood => false;

    /// <inheritdoc/>
    public override Objective Build(LatentVariableModel model, long stepsPerEpoch) => new ImportanceWeighted(model, Particles) { Gradient = Gradient };
}
