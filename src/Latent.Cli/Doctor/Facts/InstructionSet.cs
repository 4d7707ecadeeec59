using System.Runtime.Intrinsics.X86;
using System.Text.Json.Serialization;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The vector instructions of x86 that matter for matrix products, each including those before it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstructionSet>))]
internal enum InstructionSet
{
    /// <summary>Less than the others, or another architecture.</summary>
    [JsonStringEnumMemberName("baseline")] Baseline,
    [JsonStringEnumMemberName("avx")] Avx,
    [JsonStringEnumMemberName("avx2")] Avx2,
    [JsonStringEnumMemberName("avx512")] Avx512,
    [JsonStringEnumMemberName("avx512-bf16")] Avx512Bfloat16,
    [JsonStringEnumMemberName("amx")] Amx,
}

internal static class InstructionSets
{
    /// <summary>What this process's compiled C# uses: the processor's, unless a variable of .NET takes some away.</summary>
    public static InstructionSet OfDotNet =>
        Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? InstructionSet.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSet.Avx2
        : Avx.IsSupported ? InstructionSet.Avx
        : InstructionSet.Baseline;

    /// <summary>As it is usually written.</summary>
    public static string Name(this InstructionSet set) => set switch
    {
        InstructionSet.Avx => "AVX",
        InstructionSet.Avx2 => "AVX2",
        InstructionSet.Avx512 => "AVX-512",
        InstructionSet.Avx512Bfloat16 => "AVX-512 with BF16",
        InstructionSet.Amx => "AMX",
        _ => "baseline instructions",
    };
}
