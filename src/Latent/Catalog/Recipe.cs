using System.Security.Cryptography;
using System.Text;

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

    /// <summary>Whether a run of the other recipe can go on by this one: they differ in nothing that its numbers depend on, but for how long it lasts.</summary>
    public bool GoesOnFrom(Recipe other) => Hash == other.Hash;

    /// <summary>Stands for everything that the numbers of a run depend on, but for how long it lasts.</summary>
    internal string Hash
    {
        get
        {
            var same = this with
            {
                Name = "",
                Description = "",
                Paper = null,
                Data = Data.Named,
                Training = Training with { Epochs = 1, Patience = null, Validate = 1, Replicas = null, Threads = null, CheckpointMinutes = 1 },
                Evaluation = new(),
            };
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ModelCatalog.Yaml.Write(same))))[..16];
        }
    }
}
