namespace Latent.Training;

/// <summary>How long to train, on what, and what to do meanwhile. Gradient clipping and moving averages are the optimizer's.</summary>
public sealed record TrainingOptions
{
    /// <summary>How many steps to make in all, those before a resume included. Each is one update of one player.</summary>
    public required long Steps { get; init => field = Arguments.Positive(value); }

    /// <summary>What all random numbers of the run derive from, initial values included.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Threads that each take a share of the batch; 1 leaves the cores to the operators. Null: the first steps are tried with
    /// one and with more, and the fastest stays, for the whole run and those that resume it.
    /// </summary>
    /// <remarks>An objective that couples examples is always evaluated as a whole.</remarks>
    public int? Replicas { get; init => field = value is null ? null : (int)Arguments.Positive(value.Value); }

    /// <summary>Threads of each operator where one replica takes the whole batch; null: one where <see cref="Replicas"/> is to be found by trying, else those that libtorch has.</summary>
    /// <remarks>Sums may be rounded otherwise on another number, as with <see cref="Replicas"/>.</remarks>
    public int? Threads { get; init => field = value is null ? null : (int)Arguments.Positive(value.Value); }

    /// <summary>The arithmetic of forward and backward.</summary>
    public Precision Precision { get; init; }

    /// <summary>Steps from one <see cref="TrainingEvent.Progress"/> to the next.</summary>
    public long LogEvery { get; init => field = Arguments.Positive(value); } = 100;

    /// <summary>What to measure on other data; null: nothing.</summary>
    public Validation? Validation { get; init; }

    /// <summary>Steps from one validation to the next; null: an epoch. It validates at the end in any case.</summary>
    public long? ValidateEvery { get; init => field = value is null ? null : Arguments.Positive(value.Value); }

    /// <summary>Validations in a row without improvement after which training stops; null: never.</summary>
    public int? Patience { get; init => field = value is null ? null : (int)Arguments.Positive(value.Value); }

    /// <summary>Where checkpoints go; null: nowhere.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>Whether to go on from the folder's last checkpoint, if there is one. Else the folder must not have any.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps from one checkpoint to the next; null: time alone decides. A checkpoint is made at the end in any case.</summary>
    public long? CheckpointEvery { get; init => field = value is null ? null : Arguments.Positive(value.Value); }

    /// <summary>The longest time without a checkpoint.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Kept in checkpoints, to be refused where it is another: a hash of everything that the numbers of the run depend on.</summary>
    public string RecipeHash { get; init; } = "";

    /// <summary>What tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
