using Latent.Training;

namespace Latent.Catalog;

/// <summary>How long a model is trained, and by what steps. Intervals count in epochs.</summary>
public sealed record TrainingRecipe
{
    /// <summary>How often the training set is gone through.</summary>
    public double Epochs { get; init => field = Arguments.Positive(value, "epochs"); } = 20;

    /// <summary>A run of the same model, or a checkpoint of one, whose parameters training begins with; null: new ones, drawn by the seed.</summary>
    public string? From { get; init; }

    /// <summary>B, the examples of a step.</summary>
    public long Batch { get; init => field = Arguments.Positive(value, "batch"); } = 128;

    /// <summary>How parameters move.</summary>
    public OptimizerRecipe Optimizer { get; init; } = new AdamRecipe();

    /// <summary>The length of a step over the epochs.</summary>
    public ScheduleRecipe LearningRate
    {
        get;
        init => field = value.Least >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value.Least, "A learning rate is never below 0.");
    } = new ConstantRecipe { Value = 1e-3 };

    /// <summary>The largest norm of a gradient, to which larger ones are scaled down; null: any.</summary>
    public double? Clip { get; init => field = value is { } norm ? Arguments.Positive(norm, "clip") : null; }

    /// <summary>The decay of a moving average of the parameters, which then is what is evaluated and used; 0: none.</summary>
    public double Average
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The decay of an average lies in [0, 1).");
    }

    /// <summary>The arithmetic of forward and backward.</summary>
    public Precision Precision { get; init; }

    /// <summary>Threads that share each batch; null: the better of one and all, by measuring the first steps. The run's own recipe has what was chosen.</summary>
    public int? Replicas { get; init => field = value is { } threads ? (int)Arguments.Positive(threads, "replicas") : null; }

    /// <summary>Threads of each operator where one takes the whole batch; null: one where the batch could be shared, else those of the machine. The run's own recipe has their number.</summary>
    public int? Threads { get; init => field = value is { } threads ? (int)Arguments.Positive(threads, "threads") : null; }

    /// <summary>Epochs between two looks at the validation set; where epochs are short, at least a hundred steps.</summary>
    public double Validate { get; init => field = Arguments.Positive(value, "validate"); } = 1;

    /// <summary>Training ends when the validation set has shown nothing better for this many looks; null: never early.</summary>
    public int? Patience { get; init => field = value is { } looks ? (int)Arguments.Positive(looks, "patience") : null; }

    /// <summary>Minutes between two checkpoints; the best is kept as well.</summary>
    public double CheckpointMinutes { get; init => field = Arguments.Positive(value, "checkpointMinutes"); } = 5;
}
