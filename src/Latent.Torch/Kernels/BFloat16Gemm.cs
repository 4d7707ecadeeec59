using System.Runtime.Intrinsics.X86;

namespace Latent.Torch.Kernels;

/// <summary>
/// Products C ← op(A) op(B) of row-major <see cref="BFloat16"/> matrices, added and stored in single precision, by oneDNN's
/// <c>dnnl_gemm_bf16bf16f32</c>.
/// </summary>
/// <remarks>Twice as fast as single precision with AVX-512's bfloat16 instructions, more with AMX; without either not offered. Uses as many threads as the calling thread's OpenMP setting says.</remarks>
internal static unsafe class BFloat16Gemm
{
    private static readonly nint s_gemm = Find();

    /// <summary>Whether the processor has the instructions, and the library the function.</summary>
    public static bool IsAvailable => s_gemm != 0;

    /// <summary>C ← op(A) op(B), plus what C held if <paramref name="adds"/>, which else is not read. C must not overlap A or B.</summary>
    /// <inheritdoc cref="Gemm{T}.Multiply"/>
    public static void Multiply(bool transposeA, bool transposeB, int m, int n, int k, BFloat16* a, int lda, BFloat16* b, int ldb, float* c, int ldc, bool adds = false)
    {
        if (m == 0 || n == 0 || (k == 0 && adds)) return;
        if (k == 0)
        {
            for (var i = 0; i < m; i++) new Span<float>(c + (nint)i * ldc, n).Clear();
            return;
        }
        OneDnn.Multiply(s_gemm, transposeA, transposeB, m, n, k, 1, a, lda, b, ldb, adds ? 1 : 0, c, ldc);
    }

    private static nint Find() => HasInstructions() && OneDnn.TryFind("dnnl_gemm_bf16bf16f32", out _, out var symbol) ? symbol : 0;

    /// <summary>CPUID leaf 7, subleaf 1, EAX bit 5: AVX512_BF16, which every processor with AMX has too. .NET has no name for it.</summary>
    private static bool HasInstructions() => X86Base.IsSupported && Avx512F.IsSupported && (X86Base.CpuId(7, 1).Eax & 1 << 5) != 0;
}
