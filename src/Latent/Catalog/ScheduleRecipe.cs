using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A number that changes over the epochs.</summary>
public abstract record ScheduleRecipe
{
    /// <summary>The schedule over steps.</summary>
    public abstract Schedule Build(long stepsPerEpoch);

    /// <summary>A number of epochs as steps, at least 1.</summary>
    private protected static long Steps(double epochs, long stepsPerEpoch) => epochs > 0 && double.IsFinite(epochs)
        ? Math.Max(1, (long)Math.Round(epochs * stepsPerEpoch))
        : throw new RecipeException("epochs", $"A schedule cannot last {epochs} epochs: give a number above 0.");
}
