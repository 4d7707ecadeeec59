using Latent.Catalog;

namespace Latent.Tests.Catalog;

/// <summary>A recipe with every type of value that recipes hold.</summary>
internal sealed record SampleRecipe(string Name, SampleModel Model, ulong Seed = 7)
{
    public SampleTraining Training { get; init; } = new();

    public IReadOnlyDictionary<string, double> Targets { get; init; } = new Dictionary<string, double>();

    public SampleSchedule? Warmup { get; init; }

    /// <summary>Derived, so no key.</summary>
    public string Title => $"{Name} of {Model.Latent}";

    public static RecipeYaml Yaml { get; } = new(new YamlKinds()
        .Add<SamplePrior, NormalPrior>("normal")
        .Add<SamplePrior, MixturePrior>("mixture")
        .Add<SampleSchedule, ConstantSchedule>("constant")
        .Add<SampleSchedule, LinearSchedule>("linear"));
}

internal sealed record SampleModel(int Latent, IReadOnlyList<int> Hidden, SamplePrior Prior)
{
    public int Latent { get; init; } = Latent >= 1 ? Latent : throw new ArgumentOutOfRangeException(nameof(Latent), Latent, "The latent space has at least 1 dimension.");

    public SampleGradient Gradient { get; init; }
}

internal enum SampleGradient { Reparameterized, ScoreFunction }

internal abstract record SamplePrior
{
    public bool IsLearned { get; init; }
}

internal sealed record NormalPrior : SamplePrior;

internal sealed record MixturePrior(int Components = 10, double[]? Weights = null) : SamplePrior;

internal abstract record SampleSchedule;

internal sealed record ConstantSchedule(double Value) : SampleSchedule;

internal sealed record LinearSchedule(double From, double To, long Steps, IReadOnlyList<SampleSchedule>? Then = null) : SampleSchedule;

internal sealed record SampleTraining
{
    private readonly double _learningRate = 1e-3;

    public long Epochs { get; init; } = 10;

    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate is above 0.");
    }

    public bool Shuffle { get; init; } = true;

    public int? Threads { get; init; }

    public double? Clip { get; init; } = 5;

    public string? Note { get; init; }

    public SampleGradient? Override { get; init; }
}
