using Latent.Torch;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The libtorch that is running.</summary>
/// <param name="BuiltVersion">The version whose headers the native library was compiled against.</param>
/// <param name="RunningVersion">The version that is loaded.</param>
/// <param name="Files">The files of libtorch that are mapped into this process.</param>
/// <param name="CpuCapability">The instruction set of ATen's kernels, in its own words.</param>
/// <param name="WithCuda">Whether it was built with CUDA.</param>
/// <param name="Threads">Threads that one operator may use.</param>
/// <param name="OpenMpRuntimes">The OpenMP runtimes that are mapped; more than one do not share their threads.</param>
/// <param name="Blas">What does its matrix products in float32 and float64.</param>
/// <param name="OneDnn">The version of oneDNN, which does its convolutions and products in bfloat16; null where it has none.</param>
/// <param name="ProcessGroups">The backends that it has for groups of processes.</param>
/// <param name="Gpus">The GPUs it can use.</param>
/// <param name="GpuFailure">Why the GPUs could not be asked.</param>
internal sealed record LibtorchFacts(
    string BuiltVersion, string RunningVersion, IReadOnlyList<string> Files, string? CpuCapability, bool WithCuda, int Threads,
    IReadOnlyList<string> OpenMpRuntimes, BlasFacts Blas, string? OneDnn, IReadOnlyList<string> ProcessGroups,
    IReadOnlyList<GpuFacts> Gpus, string? GpuFailure)
{
    /// <summary>Asks the running libtorch.</summary>
    /// <exception cref="LibtorchNotFoundException">There is none.</exception>
    public static LibtorchFacts Read()
    {
        var built = Torch.Libtorch.BuiltVersion; // the first call loads it
        var mapped = MappedLibraries.Read();
        var configuration = Torch.Libtorch.Configuration;
        IReadOnlyList<GpuFacts> gpus = [];
        string? gpuFailure = null;
        try
        {
            gpus = GpuFacts.Read();
        }
        catch (TorchException e)
        {
            gpuFailure = e.Message;
        }
        return new(
            built, Torch.Libtorch.RunningVersion, mapped.Of("libtorch", "libc10"), CapabilityIn(configuration), HasCuda(configuration),
            Torch.Libtorch.Threads, mapped.Of("libgomp", "libiomp5", "libomp"), BlasFacts.Read(mapped, configuration), OneDnnIn(configuration),
            [.. new[] { "gloo", "nccl" }.Where(ProcessGroup.IsAvailable)], gpus, gpuFailure);
    }

    /// <summary>Reads the line <c>CPU capability usage: AVX2</c>.</summary>
    public static string? CapabilityIn(string configuration) => Excerpt.After(configuration, "CPU capability usage: ");

    /// <summary>Reads the build settings' <c>USE_CUDA=ON</c>, in some versions <c>USE_CUDA=1</c>.</summary>
    public static bool HasCuda(string configuration) => Excerpt.After(configuration, "USE_CUDA=", ", \n") is "ON" or "1";

    /// <summary>Reads the line <c>Intel(R) MKL-DNN v2.6.3 (Git Hash N/A)</c>, which also later versions write so.</summary>
    public static string? OneDnnIn(string configuration) => Excerpt.After(configuration, "MKL-DNN v", " \n");
}
