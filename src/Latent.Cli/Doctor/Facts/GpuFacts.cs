using Latent.Torch;

namespace Latent.Cli.Doctor.Facts;

/// <summary>A GPU that libtorch can use.</summary>
internal sealed record GpuFacts(string Name, long FreeBytes, long TotalBytes)
{
    /// <summary>Asks libtorch.</summary>
    /// <exception cref="TorchException">The driver refuses.</exception>
    public static IReadOnlyList<GpuFacts> Read() => [.. Enumerable.Range(0, Device.CudaCount).Select(Device.DescribeCuda).Select(g => new GpuFacts(g.Name, g.FreeBytes, g.TotalBytes))];

    /// <summary>The NVIDIA GPUs that the system's driver knows, whether libtorch can use them or not.</summary>
    public static IReadOnlyList<string> KnownToDriver()
    {
        const string Driver = "/proc/driver/nvidia/gpus";
        if (Directory.Exists(Driver))
        {
            return [.. Directory.GetDirectories(Driver)
                .Select(g => Path.Combine(g, "information"))
                .Where(File.Exists)
                .Select(i => File.ReadLines(i).FirstOrDefault(l => l.StartsWith("Model:", StringComparison.Ordinal))?[6..].Trim() ?? "NVIDIA GPU")];
        }
        // Without the driver's list, device nodes /dev/nvidia0, 1, … still tell.
        return [.. Directory.GetFiles("/dev", "nvidia*").Where(f => char.IsAsciiDigit(f[^1])).Order(StringComparer.Ordinal)];
    }
}
