using Latent.Torch;

namespace Latent.Catalog;

/// <summary>From one value to another as a logistic function, then constant: <see cref="Schedules.Sigmoid"/>.</summary>
public sealed record SigmoidRecipe : ScheduleRecipe
{
    /// <summary>The value at the beginning.</summary>
    public double From { get; init; }

    /// <summary>The value at the end.</summary>
    public double To { get; init; } = 1;

    /// <summary>How long it takes.</summary>
    public required double Epochs { get; init => field = Arguments.Positive(value, "epochs"); }

    /// <inheritdoc/>
    public override double Least => Math.Min(From, To);

    /// <inheritdoc/>
    public override Schedule Build(long stepsPerEpoch) => Schedules.Sigmoid(From, To, Steps(Epochs, stepsPerEpoch));
}
