namespace Latent.Torch.Kernels;

/// <summary>One implementation of the matrix product that <see cref="Gemm{T}.Multiply"/> defines.</summary>
internal abstract unsafe class GemmBackend<T> where T : unmanaged
{
    /// <summary>Name and file of the library.</summary>
    public abstract string Name { get; }

    /// <inheritdoc cref="Gemm{T}.Multiply"/>
    public abstract void Multiply(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc);
}
