using Latent.Cli.Doctor.Checks;
using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor;

/// <summary>What the facts mean: a row for each check, at least one of each.</summary>
internal sealed record Diagnosis(IReadOnlyList<Finding> Findings, MachineFacts Facts)
{
    /// <summary>Judges the facts. Reads nothing else.</summary>
    public static Diagnosis Of(MachineFacts facts) => new(
        [
            .. MachineChecks.Of(facts), .. NativeChecks.Of(facts), .. KernelChecks.Of(facts), .. EnvironmentChecks.Of(facts),
            .. GpuChecks.Of(facts), .. PlaceChecks.Of(facts),
        ],
        facts);

    public int Problems => Findings.Count(f => f.Status == Status.Problem);

    public int Warnings => Findings.Count(f => f.Status == Status.Warning);

    /// <summary>The worst of all rows.</summary>
    public Status Status => Findings.Max(f => f.Status);

    /// <summary><c>No problems.</c>, <c>1 warning.</c>, <c>2 problems, 1 warning.</c></summary>
    public string Summary => (Problems, Warnings) switch
    {
        (0, 0) => "No problems.",
        (0, var w) => $"No problems, {Count(w, "warning")}.",
        (var p, 0) => $"{Count(p, "problem")}.",
        var (p, w) => $"{Count(p, "problem")}, {Count(w, "warning")}.",
    };

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
