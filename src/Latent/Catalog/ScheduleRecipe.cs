using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A number that changes over the epochs.</summary>
public abstract record ScheduleRecipe
{
    /// <summary>The smallest value there is.</summary>
    public abstract double Least { get; }

    /// <summary>The schedule over steps.</summary>
    public abstract Schedule Build(long stepsPerEpoch);

    /// <summary>A number of epochs as steps, at least 1.</summary>
    private protected static long Steps(double epochs, long stepsPerEpoch) => Math.Max(1, (long)Math.Round(epochs * stepsPerEpoch));
}
