namespace Latent.Cli.Doctor.Facts;

/// <summary>All that the doctor knows; its findings are a function of this alone.</summary>
/// <param name="System">The software underneath.</param>
/// <param name="Processor">The processor.</param>
/// <param name="Memory">Main memory.</param>
/// <param name="Native">The native library and libtorch.</param>
/// <param name="Ladder">Where the set-up looks for a libtorch.</param>
/// <param name="Gpus">The NVIDIA GPUs that the driver knows.</param>
/// <param name="Storage">The place of the run folders.</param>
/// <param name="Data">The place of the data sets.</param>
/// <param name="Environment">The variables that matter and are set.</param>
internal sealed record MachineFacts(
    SystemFacts System, ProcessorFacts Processor, MemoryFacts Memory, NativeFacts Native, IReadOnlyList<LibtorchPlace> Ladder,
    IReadOnlyList<string> Gpus, StorageFacts Storage, DataFacts Data, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly string[] s_variables =
    [
        "LATENT_NATIVE", "LATENT_DATA", "LATENT_GEMM", "LIBTORCH", "LIBTORCH_USE_PYTORCH", "LD_LIBRARY_PATH", "LD_PRELOAD",
        "ATEN_CPU_CAPABILITY", "OPENBLAS_CORETYPE", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
        "DOTNET_EnableHWIntrinsic", "DOTNET_EnableAVX", "DOTNET_EnableAVX2", "DOTNET_EnableAVX512", "DOTNET_EnableAVX512F",
    ];

    /// <summary>Reads this machine.</summary>
    /// <param name="dataRoot">The option <c>--data-root</c>, which comes before the variable.</param>
    public static MachineFacts Read(string? dataRoot)
    {
        var group = ControlGroup.Read();
        var variables = s_variables
            .Select(name => (name, value: global::System.Environment.GetEnvironmentVariable(name)))
            .Where(v => v.value is not null)
            .ToDictionary(v => v.name, v => v.value!);
        return new(
            SystemFacts.Read(), ProcessorFacts.Read(group), MemoryFacts.Read(group), NativeFacts.Read(),
            LibtorchPlace.Ladder(variables.GetValueOrDefault("LIBTORCH"), variables.GetValueOrDefault("LIBTORCH_USE_PYTORCH")),
            GpuFacts.KnownToDriver(), StorageFacts.Read(global::System.Environment.CurrentDirectory),
            DataFacts.Read(dataRoot, variables.GetValueOrDefault("LATENT_DATA")), variables);
    }
}
