using Latent.Models;
using Latent.Objectives;

namespace Latent.Catalog;

/// <summary>What is minimised.</summary>
public abstract record ObjectiveRecipe
{
    /// <summary>The term of its loss that is compared between runs: the higher, the better.</summary>
    public abstract string Criterion { get; }

    /// <summary>Whether it is only for models whose likelihood is exact, without latent variables.</summary>
    public abstract bool NeedsExactLikelihood { get; }

    /// <summary>Makes the objective.</summary>
    /// <param name="model">Of which model.</param>
    /// <param name="stepsPerEpoch">Recipes count in epochs, objectives in steps.</param>
    public abstract Objective Build(LatentVariableModel model, long stepsPerEpoch);
}
