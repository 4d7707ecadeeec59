namespace Latent.Training;

/// <summary>Training stopped at a loss or a gradient that is not finite. The parameters are those before the step, and the last checkpoint is intact.</summary>
public sealed class NonFiniteException : Exception
{
    /// <summary>Says what was found, and what to try.</summary>
    public NonFiniteException(NonFiniteFinding finding) : base(Describe(finding)) => Finding = finding;

    /// <summary>Where the number came from.</summary>
    public NonFiniteFinding Finding { get; }

    private static string Describe(NonFiniteFinding f) => f.ToString();
}
