using System.Runtime.InteropServices;
using Latent.Torch.Native;

namespace Latent.Torch.Kernels;

/// <summary>oneDNN's library, which generates its code for the processor at hand.</summary>
internal static unsafe class OneDnn
{
    private static readonly string[] s_files = ["libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"];

    /// <summary>The first installed library that has a function, and the function's address.</summary>
    public static bool TryFind(string function, out string file, out nint symbol)
    {
        foreach (var candidate in s_files)
        {
            if (!NativeLibrary.TryLoad(candidate, out var library) || !NativeLibrary.TryGetExport(library, function, out symbol)) continue;
            file = candidate;
            return true;
        }
        (file, symbol) = ("", 0);
        return false;
    }

    /// <summary>Calls a gemm of the library, C ← α op(A) op(B) + β C, row-major, while signals wait: its code cannot be interrupted by one (native/torch_shim.h).</summary>
    /// <inheritdoc cref="Gemm{T}.Multiply"/>
    /// <exception cref="InvalidOperationException">The library refuses the product.</exception>
    public static void Multiply(nint gemm, bool transposeA, bool transposeB, int m, int n, int k, float alpha, void* a, int lda, void* b, int ldb, float beta, float* c, int ldc)
    {
        var status = NativeMethods.lt_gemm(gemm, Letter(transposeA), Letter(transposeB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        if (status != 0)
            throw new InvalidOperationException($"oneDNN refused the product [{m}, {k}] × [{k}, {n}] with row strides {lda}, {ldb}, {ldc} (status {status}).");

        static byte Letter(bool transpose) => transpose ? (byte)'T' : (byte)'N';
    }
}
