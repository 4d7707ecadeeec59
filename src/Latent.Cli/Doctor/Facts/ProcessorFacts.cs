using System.Globalization;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The processor and how much of it this process may use.</summary>
/// <param name="Model">As the processor calls itself.</param>
/// <param name="Cores">Physical cores.</param>
/// <param name="Processors">Hardware threads.</param>
/// <param name="Usable">Hardware threads after affinity and the control group's limit, rounded up.</param>
/// <param name="Limit">The control group's limit in processors, if there is one.</param>
/// <param name="Features">The features that matter here, by the names of <c>/proc/cpuinfo</c>.</param>
/// <param name="InstructionSet">The best that the processor has.</param>
/// <param name="DotNetInstructionSet">The best that C# uses.</param>
internal sealed record ProcessorFacts(
    string Model, int Cores, int Processors, int Usable, double? Limit, IReadOnlyList<string> Features,
    InstructionSet InstructionSet, InstructionSet DotNetInstructionSet)
{
    private static readonly string[] s_telling =
        ["avx", "avx2", "fma", "f16c", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8", "asimd", "bf16", "sve", "sve2"];

    /// <summary>Cores that this process can keep busy.</summary>
    public int UsableCores => Math.Min(Cores, Usable);

    public static ProcessorFacts Read(ControlGroup group) =>
        Parse(File.Exists("/proc/cpuinfo") ? File.ReadAllText("/proc/cpuinfo") : "", Environment.ProcessorCount, group.Processors, InstructionSets.OfDotNet);

    /// <summary>Reads the text of <c>/proc/cpuinfo</c>: blocks of <c>key : value</c> lines, one block for each hardware thread.</summary>
    public static ProcessorFacts Parse(string cpuinfo, int usable, double? limit, InstructionSet dotNet)
    {
        var blocks = cpuinfo.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Fields).Where(f => f.ContainsKey("processor")).ToList();
        var first = blocks.FirstOrDefault() ?? [];
        // Where the layout is not told, as on ARM and in some virtual machines, each thread counts as a core.
        var cores = blocks.Select((f, i) => f.TryGetValue("core id", out var core) ? $"{f.GetValueOrDefault("physical id")}/{core}" : $"#{i}").Distinct().Count();
        var flags = first.GetValueOrDefault("flags", first.GetValueOrDefault("Features", "")).Split(' ').ToHashSet();
        return new(
            first.GetValueOrDefault("model name", "unknown model"),
            Math.Max(cores, 1), Math.Max(blocks.Count, 1), usable, limit,
            [.. s_telling.Where(flags.Contains)], Best(flags), dotNet);
    }

    private static InstructionSet Best(HashSet<string> flags)
    {
        if (!flags.Contains("avx")) return InstructionSet.Baseline;
        if (!flags.IsSupersetOf(["avx2", "fma"])) return InstructionSet.Avx;
        if (!flags.IsSupersetOf(["avx512f", "avx512bw", "avx512dq", "avx512vl"])) return InstructionSet.Avx2;
        return flags.Contains("amx_bf16") ? InstructionSet.Amx
            : flags.Contains("avx512_bf16") ? InstructionSet.Avx512Bfloat16
            : InstructionSet.Avx512;
    }

    private static Dictionary<string, string> Fields(string block) => block.Split('\n')
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(pair => pair.Length == 2)
        .DistinctBy(pair => pair[0])
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Words for the features: <c>AVX2, AVX-512, BF16</c>.</summary>
    public string FeatureNames => string.Join(", ", Features.Select(f => f switch
    {
        "avx2" => "AVX2",
        "avx512f" => "AVX-512",
        "avx512_vnni" => "VNNI",
        "avx512_bf16" or "bf16" => "BF16",
        "avx512_fp16" => "FP16",
        "amx_tile" => "AMX",
        "asimd" => "NEON",
        "sve" or "sve2" => f.ToUpper(CultureInfo.InvariantCulture),
        _ => null,
    }).OfType<string>());
}
