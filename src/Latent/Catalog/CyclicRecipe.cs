using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Cycles, each a rise on a straight line and then constant: <see cref="Schedules.Cyclic"/>.</summary>
public sealed record CyclicRecipe : ScheduleRecipe
{
    /// <summary>The value at the beginning of a cycle.</summary>
    public double From { get; init; }

    /// <summary>The value after the rise.</summary>
    public double To { get; init; } = 1;

    /// <summary>How long a cycle takes.</summary>
    public required double Epochs { get; init => field = Arguments.Positive(value, "epochs"); }

    /// <summary>The fraction of the cycle that rises.</summary>
    public double Rise { get; init; } = 0.5;

    /// <inheritdoc/>
    public override double Least => Math.Min(From, To);

    /// <inheritdoc/>
    public override Schedule Build(long stepsPerEpoch) => Schedules.Cyclic(From, To, Steps(Epochs, stepsPerEpoch), Rise);
}
