using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>One implementation of the matrix product that <see cref="Gemm{T}.Multiply"/> defines.</summary>
internal abstract unsafe class GemmBackend<T> where T : unmanaged
{
    /// <summary>Name and file of the library.</summary>
    public abstract string Name { get; }

    /// <inheritdoc cref="Gemm{T}.Multiply"/>
    public void Multiply(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        // Libraries differ on empty matrices: some reject their strides, some leave C as it is.
        if (m == 0 || n == 0) return;
        if (k == 0) Scale(m, n, beta, c, ldc);
        else MultiplyCore(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /// <summary>The product, where no matrix is empty.</summary>
    protected abstract void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc);

    private static void Scale(int m, int n, T beta, T* c, int ldc)
    {
        var factor = Vector512.Create(beta);
        for (var i = 0; i < m; i++, c += ldc)
        {
            for (var j = 0; j < n; j += Vector512<T>.Count)
                Store(factor == Vector512<T>.Zero ? factor : factor * Load(c + j, n - j), c + j, n - j);
        }
    }
}
