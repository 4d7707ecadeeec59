using System.Text.Json;
using System.Text.Json.Serialization;
using Latent.Cli.Doctor.Facts;
using Latent.Cli.Rendering;

namespace Latent.Cli.Doctor;

/// <summary>The diagnosis for programs: the object of <c>latent doctor --json</c>.</summary>
/// <param name="Schema">The number of this layout. Keys may be added under the same number; none changes its meaning or goes.</param>
/// <param name="Latent">Latent's version.</param>
/// <param name="Status">The worst of all checks.</param>
/// <param name="Problems">How many there are.</param>
/// <param name="Warnings">How many there are.</param>
/// <param name="Summary">The same in words.</param>
/// <param name="Checks">The rows.</param>
/// <param name="Facts">What they were judged by.</param>
internal sealed record DiagnosisJson(int Schema, string Latent, Status Status, int Problems, int Warnings, string Summary, IReadOnlyList<Finding> Checks, MachineFacts Facts)
{
    public static string Of(Diagnosis diagnosis) => JsonSerializer.Serialize(
        new(1, LatentCommandLine.Version, diagnosis.Status, diagnosis.Problems, diagnosis.Warnings, diagnosis.Summary, diagnosis.Findings, diagnosis.Facts),
        DiagnosisJsonContext.Readable.DiagnosisJson);
}

[JsonSerializable(typeof(DiagnosisJson))]
internal sealed partial class DiagnosisJsonContext : JsonSerializerContext
{
    public static DiagnosisJsonContext Readable { get; } = new(ReadableJson.Options());
}
