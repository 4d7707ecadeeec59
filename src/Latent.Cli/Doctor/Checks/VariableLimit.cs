using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>A variable that holds a library to some instruction set.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="Library">Whom it holds.</param>
/// <param name="Best">The set above which the library gains nothing for what it does here.</param>
/// <param name="Obeys">Whether the library follows beyond what the processor has, and so crashes.</param>
/// <param name="Values">What it is held to by each value, whatever the case; other values have no effect.</param>
internal sealed record VariableLimit(string Variable, string Library, InstructionSet Best, bool Obeys, IReadOnlyDictionary<string, InstructionSet> Values)
{
    private static readonly Dictionary<string, InstructionSet> s_openBlas = Table(
        (InstructionSet.Baseline, "PRESCOTT CORE2 PENRYN DUNNINGTON NEHALEM ATHLON OPTERON OPTERON_SSE3 BARCELONA BOBCAT ATOM NANO"),
        (InstructionSet.Avx, "SANDYBRIDGE BULLDOZER PILEDRIVER STEAMROLLER"),
        (InstructionSet.Avx2, "HASWELL ZEN EXCAVATOR"),
        (InstructionSet.Avx512, "SKYLAKEX"),
        (InstructionSet.Avx512Bfloat16, "COOPERLAKE"),
        (InstructionSet.Amx, "SAPPHIRERAPIDS"));

    private static readonly Dictionary<string, InstructionSet> s_oneDnn = Table(
        (InstructionSet.Baseline, "SSE41"),
        (InstructionSet.Avx, "AVX"),
        (InstructionSet.Avx2, "AVX2 AVX2_VNNI AVX2_VNNI_2"),
        (InstructionSet.Avx512, "AVX512_CORE AVX512_CORE_VNNI"),
        (InstructionSet.Avx512Bfloat16, "AVX512_CORE_BF16 AVX512_CORE_FP16"));

    /// <summary>All such variables.</summary>
    public static IReadOnlyList<VariableLimit> All { get; } =
    [
        // Products in float32 and float64 use AVX-512 and nothing beyond.
        new("OPENBLAS_CORETYPE", BlasFacts.OpenBlas, InstructionSet.Avx512, Obeys: true, s_openBlas),
        new("ATEN_CPU_CAPABILITY", "libtorch", InstructionSet.Avx512, Obeys: true, Table((InstructionSet.Baseline, "default"), (InstructionSet.Avx2, "avx2"), (InstructionSet.Avx512, "avx512"))),
        new("DNNL_MAX_CPU_ISA", "oneDNN", InstructionSet.Amx, Obeys: false, s_oneDnn),
        new("ONEDNN_MAX_CPU_ISA", "oneDNN", InstructionSet.Amx, Obeys: false, s_oneDnn),
        new("MKL_ENABLE_INSTRUCTIONS", BlasFacts.Mkl, InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Baseline, "SSE4_2"), (InstructionSet.Avx, "AVX"), (InstructionSet.Avx2, "AVX2 AVX2_E1"), (InstructionSet.Avx512, "AVX512 AVX512_E1"))),
        new("MKL_DEBUG_CPU_TYPE", BlasFacts.Mkl, InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Baseline, "0 1 2 3"), (InstructionSet.Avx, "4"), (InstructionSet.Avx2, "5"))),
        new("DOTNET_EnableHWIntrinsic", ".NET", InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Baseline, "0"))),
        new("DOTNET_EnableAVX", ".NET", InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Baseline, "0"))),
        new("DOTNET_EnableAVX2", ".NET", InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Avx, "0"))),
        new("DOTNET_EnableAVX512", ".NET", InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Avx2, "0"))),
        new("DOTNET_EnableAVX512F", ".NET", InstructionSet.Avx512, Obeys: false, Table((InstructionSet.Avx2, "0"))),
    ];

    /// <summary>The instruction set of OpenBLAS's kernels for a processor family; null for one that is not of x86.</summary>
    public static InstructionSet? OpenBlasFamily(string? core) => core is not null && s_openBlas.TryGetValue(core, out var set) ? set : null;

    private static Dictionary<string, InstructionSet> Table(params ReadOnlySpan<(InstructionSet Set, string Names)> rows)
    {
        var table = new Dictionary<string, InstructionSet>(StringComparer.OrdinalIgnoreCase);
        foreach (var (set, names) in rows)
        {
            foreach (var name in names.Split(' ')) table.Add(name, set);
        }
        return table;
    }
}
