namespace Latent.Torch.Kernels;

/// <summary>oneDNN's <c>dnnl_sgemm</c>, which is row-major.</summary>
internal sealed unsafe class OneDnnGemm : GemmBackend<float>
{
    private readonly nint sgemm;

    private OneDnnGemm(string file, nint symbol)
    {
        Name = $"oneDNN ({file})";
        sgemm = symbol;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The library if it is installed.</summary>
    public static OneDnnGemm? TryLoad() => OneDnn.TryFind("dnnl_sgemm", out var file, out var symbol) ? new(file, symbol) : null;

    /// <inheritdoc/>
    protected override void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc)
    {
        OneDnn.Multiply(sgemm, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }
}
