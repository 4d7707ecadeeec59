namespace Latent.Bench;

/// <summary>One side of a contest: work that can be done again and again.</summary>
internal interface IContestant
{
    /// <summary>Works for about <paramref name="seconds"/> and returns how many seconds one call took on average.</summary>
    double Run(double seconds);
}
