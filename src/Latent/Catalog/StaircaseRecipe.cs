using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Values one after the other, each for its number of epochs; the last stays: <see cref="Schedules.Staircase"/>.</summary>
public sealed record StaircaseRecipe : ScheduleRecipe
{
    /// <summary>The values.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>How many epochs each lasts.</summary>
    public required IReadOnlyList<double> Epochs
    {
        get;
        init
        {
            foreach (var epochs in value) Arguments.Positive(epochs);
            field = value;
        }
    }

    /// <inheritdoc/>
    public override double Least => Values.DefaultIfEmpty().Min();

    /// <inheritdoc/>
    public override Schedule Build(long stepsPerEpoch)
    {
        if (Values.Count == 0 || Values.Count != Epochs.Count)
            throw new RecipeException("staircase", $"There are {Values.Count} values and {Epochs.Count} numbers of epochs: give as many of one as of the other.");
        var milestones = new (long, double)[Values.Count - 1];
        double end = 0;
        for (var i = 0; i < milestones.Length; i++) milestones[i] = (Steps(end += Epochs[i], stepsPerEpoch), Values[i + 1]);
        return Schedules.Staircase(Values[0], milestones);
    }
}
