namespace Latent.Torch.Kernels;

/// <summary>One implementation of the matrix product that <see cref="Gemm{T}.Multiply"/> defines.</summary>
internal abstract unsafe class GemmBackend<T> where T : unmanaged
{
    /// <summary>Name and file of the library.</summary>
    public abstract string Name { get; }

    /// <inheritdoc cref="Gemm{T}.Multiply"/>
    public void Multiply(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        if (m == 0 || n == 0) return;
        // Libraries reject the row stride of an empty matrix; for k = 0 any that they accept will do.
        if (k == 0) (lda, ldb) = (Math.Max(lda, transposeA ? m : 1), Math.Max(ldb, transposeB ? 1 : n));
        MultiplyCore(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /// <summary>The product, where C is not empty.</summary>
    protected abstract void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc);
}
