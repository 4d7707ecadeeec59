using Latent.Torch.Kernels;

namespace Latent.Bench;

/// <summary>Where the figures come from: without it they mean nothing.</summary>
/// <param name="Date">The day.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Load">Runnable threads over the last minute, before the first row.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Libtorch">The version of libtorch that we use.</param>
/// <param name="Products">The library of our matrix products.</param>
/// <param name="OpenBlasCoreType">The variable that may cripple OpenBLAS, null if unset. The peer runs without it.</param>
/// <param name="Peer">The peer; null if there is none.</param>
internal sealed record Machine(DateOnly Date, string Processor, int Cores, double Load, string Runtime, string Libtorch, string Products, string? OpenBlasCoreType, string? Peer)
{
    private const string CoreType = "OPENBLAS_CORETYPE";

    public static Machine Describe(Peer? peer) => new(
        DateOnly.FromDateTime(DateTime.Now),
        ProcessorName(),
        Environment.ProcessorCount,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]),
        Environment.Version.ToString(),
        Torch.Libtorch.RunningVersion,
        Gemm<float>.Library,
        Environment.GetEnvironmentVariable(CoreType),
        peer?.Description);

    public IEnumerable<string> Lines()
    {
        yield return $"{Date:yyyy-MM-dd} · {Processor}, {Cores} cores · load {Load:F2}{(Load > 0.5 ? " (something else is running: expect noise)" : "")}";
        yield return $"ours: .NET {Runtime}, libtorch {Libtorch}, products by {Products}, {CoreType} {(OpenBlasCoreType is null ? "unset" : $"= {OpenBlasCoreType}")}";
        yield return $"peer: {(Peer is null ? "none" : $"{Peer}, {CoreType} unset")}";
    }

    private static string ProcessorName()
    {
        const string key = "model name";
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line is null ? "unknown processor" : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
