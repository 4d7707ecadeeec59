using Latent.Training;

namespace Latent.Catalog;

/// <summary>How long a model is trained, and by what steps. Intervals count in epochs.</summary>
public sealed record TrainingRecipe
{
    /// <summary>How often the training set is gone through.</summary>
    public double Epochs { get; init; } = 20;

    /// <summary>B, the examples of a step.</summary>
    public long Batch { get; init; } = 128;

    /// <summary>How parameters move.</summary>
    public OptimizerRecipe Optimizer { get; init; } = new AdamRecipe();

    /// <summary>The length of a step over the epochs.</summary>
    public ScheduleRecipe LearningRate { get; init; } = new ConstantRecipe { Value = 1e-3 };

    /// <summary>The largest norm of a gradient, to which larger ones are scaled down; null: any.</summary>
    public double? Clip { get; init; }

    /// <summary>The decay of a moving average of the parameters, which then is what is evaluated and used; 0: none.</summary>
    public double Average { get; init; }

    /// <summary>The arithmetic of forward and backward.</summary>
    public Precision Precision { get; init; }

    /// <summary>Threads that share each batch; null: the better of one and all, by measuring the first steps.</summary>
    public int? Replicas { get; init; }

    /// <summary>Epochs between two looks at the validation set.</summary>
    public double Validate { get; init; } = 1;

    /// <summary>Training ends when the validation set has shown nothing better for this many looks; null: never early.</summary>
    public int? Patience { get; init; }

    /// <summary>Minutes between two checkpoints; there is one at each look at the validation set as well.</summary>
    public double CheckpointMinutes { get; init; } = 5;
}
