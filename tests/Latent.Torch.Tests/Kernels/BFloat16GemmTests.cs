using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class BFloat16GemmTests
{
    [RequiresBFloat16Fact]
    public void Products_equal_the_definition_but_for_the_sums_rounding()
    {
        foreach (var (m, n, k) in ((int, int, int)[])[(0, 3, 5), (3, 0, 5), (3, 5, 0), (1, 1, 1), (1, 17, 1), (17, 1, 7), (7, 16, 67), (67, 31, 257)])
        {
            foreach (var (transposeA, transposeB) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                foreach (var pad in (int[])[0, 3]) Check(transposeA, transposeB, m, n, k, pad);
            }
        }
    }

    private static void Check(bool transposeA, bool transposeB, int m, int n, int k, int pad)
    {
        var (lda, ldb, ldc) = ((transposeA ? m : k) + pad, (transposeB ? k : n) + pad, n + pad);
        var a = Array.ConvertAll(Numbers.Floats((transposeA ? k : m) * lda + 1, 1), v => (BFloat16)v);
        var b = Array.ConvertAll(Numbers.Floats((transposeB ? n : k) * ldb + 1, 2), v => (BFloat16)v);
        var c = new float[m * ldc + 1];
        Array.Fill(c, float.NaN);
        fixed (BFloat16* pa = a, pb = b) fixed (float* pc = c) BFloat16Gemm.Multiply(transposeA, transposeB, m, n, k, pa, lda, pb, ldb, pc, ldc);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var p = 0; p < k; p++) sum += (double)(float)a[transposeA ? p * lda + i : i * lda + p] * b[transposeB ? j * ldb + p : p * ldb + j];
                Assert.Equal(sum, c[i * ldc + j], 1e-6 * (1 + k));
            }
            for (var j = n; j < ldc; j++) Assert.Equal(float.NaN, c[i * ldc + j]);
        }
    }
}
