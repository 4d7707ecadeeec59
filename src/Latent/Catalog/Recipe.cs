namespace Latent.Catalog;

/// <summary>Everything a run is made from: data, model, objective, training, evaluation. A recipe and the data give the same numbers again.</summary>
public sealed record Recipe
{
    /// <summary>The name, as in <c>latent train NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>The paper it comes from; null if none.</summary>
    public Paper? Paper { get; init; }

    /// <summary>Of initial values, orders, draws and noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is learned from.</summary>
    public DataRecipe Data { get; init; } = new();

    /// <summary>What is learned.</summary>
    public required ModelRecipe Model { get; init; }

    /// <summary>What is minimised.</summary>
    public ObjectiveRecipe Objective { get; init; } = new ElboRecipe();

    /// <summary>How long, and by what steps.</summary>
    public TrainingRecipe Training { get; init; } = new();

    /// <summary>How the result is measured.</summary>
    public EvaluationRecipe Evaluation { get; init; } = new();
}
