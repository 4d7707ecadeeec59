using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>Matrix products in managed code, on one thread: what remains where no library is installed.</summary>
/// <remarks>
/// Source: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008). Blocks of op(A) and op(B) are
/// copied into panels in the order of their use, padded with zeros; the innermost loop keeps a tile of C of eight rows by two
/// vectors in registers.
/// </remarks>
internal sealed unsafe class ManagedGemm<T> : GemmBackend<T> where T : unmanaged
{
    private const int TileRows = 8;
    private const int BlockM = 128, BlockN = 1024, BlockK = 256;

    private static int TileColumns => 2 * Vector512<T>.Count;

    /// <inheritdoc/>
    public override string Name => "managed code";

    /// <inheritdoc/>
    protected override void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        var packedA = ArrayPool<T>.Shared.Rent(BlockM * BlockK);
        var packedB = ArrayPool<T>.Shared.Rent(BlockN * BlockK);
        fixed (T* pa = packedA, pb = packedB)
        {
            for (var j = 0; j < n; j += BlockN)
            {
                var columns = Math.Min(BlockN, n - j);
                for (var p = 0; p < k; p += BlockK)
                {
                    var depth = Math.Min(BlockK, k - p);
                    var factor = p == 0 ? Vector512.Create(beta) : Constant<T>(1);
                    // op(B)[p.., j..], packed by columns as the rows of its transpose.
                    Pack(!transposeB, b + (transposeB ? (nint)j * ldb + p : (nint)p * ldb + j), ldb, columns, depth, TileColumns, pb);
                    for (var i = 0; i < m; i += BlockM)
                    {
                        var rows = Math.Min(BlockM, m - i);
                        Pack(transposeA, a + (transposeA ? (nint)p * lda + i : (nint)i * lda + p), lda, rows, depth, TileRows, pa);
                        MultiplyBlock(rows, columns, depth, Vector512.Create(alpha), pa, pb, factor, c + (nint)i * ldc + j, ldc);
                    }
                }
            }
        }
        ArrayPool<T>.Shared.Return(packedA);
        ArrayPool<T>.Shared.Return(packedB);
    }

    /// <summary>Copies a [lines, depth] matrix (stored as [depth, lines] if <paramref name="transposed"/>) into panels of <paramref name="width"/> lines: [lines / width, depth, width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(bool transposed, T* source, int stride, int lines, int depth, int width, T* panels)
    {
        for (var first = 0; first < lines; first += width)
        {
            var count = Math.Min(width, lines - first);
            if (count < width) new Span<T>(panels, depth * width).Clear();
            if (transposed)
            {
                for (var p = 0; p < depth; p++)
                    new ReadOnlySpan<T>(source + (nint)p * stride + first, count).CopyTo(new Span<T>(panels + p * width, count));
            }
            else
            {
                for (var l = 0; l < count; l++)
                {
                    var line = source + (nint)(first + l) * stride;
                    for (var p = 0; p < depth; p++) panels[p * width + l] = line[p];
                }
            }
            panels += depth * width;
        }
    }

    private static void MultiplyBlock(int rows, int columns, int depth, Vector512<T> alpha, T* panelsA, T* panelsB, Vector512<T> beta, T* c, int ldc)
    {
        for (var j = 0; j < columns; j += TileColumns)
        {
            for (var i = 0; i < rows; i += TileRows)
                MultiplyTile(rows - i, columns - j, depth, alpha, panelsA + i * depth, panelsB + j * depth, beta, c + (nint)i * ldc + j, ldc);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile(int rows, int columns, int depth, Vector512<T> alpha, T* a, T* b, Vector512<T> beta, T* c, int ldc)
    {
        var width = Vector512<T>.Count;
        Vector512<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<T> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        for (var p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + width);
            var x = Vector512.Create(a[0]);
            c00 = MultiplyAdd(x, b0, c00);
            c01 = MultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]);
            c10 = MultiplyAdd(x, b0, c10);
            c11 = MultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]);
            c20 = MultiplyAdd(x, b0, c20);
            c21 = MultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]);
            c30 = MultiplyAdd(x, b0, c30);
            c31 = MultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]);
            c40 = MultiplyAdd(x, b0, c40);
            c41 = MultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]);
            c50 = MultiplyAdd(x, b0, c50);
            c51 = MultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6]);
            c60 = MultiplyAdd(x, b0, c60);
            c61 = MultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7]);
            c70 = MultiplyAdd(x, b0, c70);
            c71 = MultiplyAdd(x, b1, c71);
            a += TileRows;
            b += 2 * width;
        }
        WriteRow(c00, c01, columns, alpha, beta, c);
        if (rows > 1) WriteRow(c10, c11, columns, alpha, beta, c + ldc);
        if (rows > 2) WriteRow(c20, c21, columns, alpha, beta, c + 2 * (nint)ldc);
        if (rows > 3) WriteRow(c30, c31, columns, alpha, beta, c + 3 * (nint)ldc);
        if (rows > 4) WriteRow(c40, c41, columns, alpha, beta, c + 4 * (nint)ldc);
        if (rows > 5) WriteRow(c50, c51, columns, alpha, beta, c + 5 * (nint)ldc);
        if (rows > 6) WriteRow(c60, c61, columns, alpha, beta, c + 6 * (nint)ldc);
        if (rows > 7) WriteRow(c70, c71, columns, alpha, beta, c + 7 * (nint)ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteRow(Vector512<T> c0, Vector512<T> c1, int columns, Vector512<T> alpha, Vector512<T> beta, T* c)
    {
        var width = Vector512<T>.Count;
        Write(c0 * alpha, columns, beta, c);
        if (columns > width) Write(c1 * alpha, columns - width, beta, c + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector512<T> value, int columns, Vector512<T> beta, T* c)
    {
        // What C held may be NaN: with β = 0 it must not be read.
        if (beta != Vector512<T>.Zero) value = MultiplyAdd(beta, Load(c, columns), value);
        Store(value, c, columns);
    }
}
