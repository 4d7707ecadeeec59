using System.Numerics;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class GemmTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 0, 3, 5 }, { 3, 0, 5 }, { 3, 5, 0 }, { 1, 1, 1 }, { 1, 17, 1 }, { 17, 1, 7 }, { 7, 16, 67 }, { 67, 7, 17 }, { 16, 32, 16 },
        { 131, 67, 7 }, { 9, 1031, 3 }, { 8, 33, 521 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Single_products_equal_the_definition(int m, int n, int k) => CheckAll<float>(m, n, k, 1e-6);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Double_products_equal_the_definition(int m, int n, int k) => CheckAll<double>(m, n, k, 1e-14);

    /// <summary>Every library present, all transposes, scalars and strides, against a triple loop in double precision.</summary>
    private static void CheckAll<T>(int m, int n, int k, double tolerance) where T : unmanaged, INumber<T>
    {
        foreach (var backend in Gemm<T>.Available(first: null))
        {
            foreach (var (transposeA, transposeB) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                foreach (var (alpha, beta) in ((double, double)[])[(1, 0), (0.5, 1), (-1, 0.25), (0, 0.5)])
                {
                    foreach (var pad in (int[])[0, 3]) Check<T>(backend, transposeA, transposeB, m, n, k, alpha, beta, pad, tolerance);
                }
            }
        }
    }

    private static void Check<T>(GemmBackend<T> backend, bool transposeA, bool transposeB, int m, int n, int k, double alpha, double beta, int pad, double tolerance)
        where T : unmanaged, INumber<T>
    {
        var (lda, ldb, ldc) = ((transposeA ? m : k) + pad, (transposeB ? k : n) + pad, n + pad);
        var a = Array.ConvertAll(Numbers.Spread((transposeA ? k : m) * lda + 1, 1), T.CreateChecked);
        var b = Array.ConvertAll(Numbers.Spread((transposeB ? n : k) * ldb + 1, 2), T.CreateChecked);
        var c = Array.ConvertAll(Numbers.Spread(m * ldc + 1, 3), T.CreateChecked);
        // What C held must not matter when beta is zero, not even if it is NaN.
        if (beta == 0) Array.Fill(c, T.CreateChecked(double.NaN));
        var before = (T[])c.Clone();
        fixed (T* pa = a, pb = b, pc = c)
            backend.Multiply(transposeA, transposeB, m, n, k, T.CreateChecked(alpha), pa, lda, pb, ldb, T.CreateChecked(beta), pc, ldc);

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var p = 0; p < k; p++)
                    sum += double.CreateChecked(a[transposeA ? p * lda + i : i * lda + p]) * double.CreateChecked(b[transposeB ? j * ldb + p : p * ldb + j]);
                var expected = alpha * sum + (beta == 0 ? 0 : beta * double.CreateChecked(before[i * ldc + j]));
                var error = Math.Abs(expected - double.CreateChecked(c[i * ldc + j]));
                Assert.True(error <= tolerance * (1 + k), $"{backend.Name}: {transposeA} {transposeB} {m}×{n}×{k} at [{i}, {j}]: {error}");
            }
            // The gap between rows belongs to somebody else.
            for (var j = n; j < ldc; j++) Assert.Equal(before[i * ldc + j], c[i * ldc + j]);
        }
    }

    [Fact]
    public void Every_library_is_named_and_our_own_is_always_there()
    {
        var names = Gemm<double>.Available(first: null).Select(b => b.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal("managed code", names[^1]);
        Assert.Equal("managed code", Gemm<float>.Available("managed").First().Name);
    }

    [Fact]
    public void An_unknown_library_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<NotSupportedException>(() => Gemm<float>.Available("mkl").First());
        Assert.Contains("onednn, blas, managed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_types_are_refused() => Assert.Throws<NotSupportedException>(() => Gemm<int>.Available(first: null).First());
}
