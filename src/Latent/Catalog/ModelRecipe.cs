using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>What is learned: a model as a composition of parts, without its parameters.</summary>
public abstract record ModelRecipe
{
    /// <summary>What can be said of log p(x) under it.</summary>
    public abstract LikelihoodKind LikelihoodKind { get; }

    /// <summary>What log p(x) of an example costs.</summary>
    public abstract Cost DensityCost { get; }

    /// <summary>What a sample costs.</summary>
    public abstract Cost SamplingCost { get; }

    /// <summary>Whether it is a model of x given the example's class.</summary>
    public abstract bool IsConditional { get; }

    /// <summary>Whether an example has a code, from which it can be reconstructed; noise within levels is none.</summary>
    public abstract bool HasCode { get; }

    /// <summary>Whether it wants data of 0 and 1.</summary>
    /// <param name="data">The data it is to be built for.</param>
    public abstract bool IsBinary(DataSummary data);

    /// <summary>This recipe with all that the data decide written out.</summary>
    /// <exception cref="RecipeException">The recipe does not go with the data.</exception>
    public abstract ModelRecipe Resolve(DataSummary data);

    /// <summary>Makes the model; its parameters go into <paramref name="init"/>.</summary>
    public abstract LatentVariableModel Build(Init init, DataSummary data);
}
