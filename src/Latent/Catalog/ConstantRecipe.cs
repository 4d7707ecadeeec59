using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The same value throughout.</summary>
public sealed record ConstantRecipe : ScheduleRecipe
{
    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <inheritdoc/>
    public override double Least => Value;

    /// <inheritdoc/>
    public override Schedule Build(long stepsPerEpoch) => Schedules.Constant(Value);
}
