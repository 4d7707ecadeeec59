namespace Latent.Cli.Doctor;

/// <summary>A row of the diagnosis.</summary>
/// <param name="Check">What was looked at, a key for programs.</param>
/// <param name="Title">The same for people.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Found">What was found, in one sentence or phrase.</param>
internal sealed record Finding(string Check, string Title, Status Status, string Found)
{
    /// <summary>What there is to know beyond that, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>What to type next, or to do where there is nothing to type. There is one for each warning and problem, and for nothing else.</summary>
    public string? Remedy { get; init; }

    /// <summary>What to know about the remedy.</summary>
    public string? Note { get; init; }
}
