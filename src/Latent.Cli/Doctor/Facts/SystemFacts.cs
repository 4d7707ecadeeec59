using System.Runtime.InteropServices;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The software underneath.</summary>
internal sealed record SystemFacts(string OperatingSystem, bool IsLinux, string Architecture, string Runtime)
{
    public static SystemFacts Read() => new(
        RuntimeInformation.OSDescription,
        System.OperatingSystem.IsLinux(),
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        RuntimeInformation.FrameworkDescription);
}
