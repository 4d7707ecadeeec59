using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary><c>cblas_sgemm</c> and <c>cblas_dgemm</c> of a BLAS that is optimised for the processor.</summary>
/// <remarks>The generic names <c>libblas.so.3</c> and <c>libcblas.so.3</c> are not tried: behind them may be the reference BLAS, many times slower than <see cref="ManagedGemm{T}"/>.</remarks>
internal sealed unsafe class BlasGemm<T> : GemmBackend<T> where T : unmanaged
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private static readonly string[] s_files = ["libopenblas.so.0", "libmkl_rt.so.2", "libblis.so.4"];
    private readonly delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void> _gemm;

    private BlasGemm(string file, nint symbol)
    {
        Name = $"BLAS ({file})";
        _gemm = (delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)symbol;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The first such library that is installed.</summary>
    public static BlasGemm<T>? TryLoad()
    {
        var name = typeof(T) == typeof(float) ? "cblas_sgemm" : "cblas_dgemm";
        foreach (var file in s_files)
        {
            if (NativeLibrary.TryLoad(file, out var library) && NativeLibrary.TryGetExport(library, name, out var symbol)) return new(file, symbol);
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        _gemm(RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
