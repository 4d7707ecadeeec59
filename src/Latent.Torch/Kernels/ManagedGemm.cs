using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>Matrix products in managed code, on one thread: of small matrices, and of all where no library is installed.</summary>
/// <remarks>
/// Source: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008). Columns of op(B) are copied into
/// panels of two vectors, which stay in the first-level cache while the rows of op(A) pass over them; the innermost loop keeps a
/// tile of C of eight rows by one panel in registers. A is read where it lies.
/// </remarks>
internal sealed unsafe class ManagedGemm<T> : GemmBackend<T> where T : unmanaged
{
    private const int TileRows = 8;
    private const int BlockK = 256;

    /// <summary>The one there needs to be: it has no state.</summary>
    public static ManagedGemm<T> Shared { get; } = new();

    private static int PanelColumns => 2 * Vector512<T>.Count;

    /// <inheritdoc/>
    public override string Name => "managed code";

    /// <inheritdoc/>
    protected override void MultiplyCore(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        using var panel = new AlignedMemory<T>(Math.Min(k, BlockK) * PanelColumns);
        var (row, column) = transposeA ? (1, lda) : (lda, 1); // elements from one row, and one column, of op(A) to the next
        for (var p = 0; p < k; p += BlockK)
        {
            var depth = Math.Min(BlockK, k - p);
            var factor = p == 0 ? Vector512.Create(beta) : Constant<T>(1);
            for (var j = 0; j < n; j += PanelColumns)
            {
                var columns = Math.Min(PanelColumns, n - j);
                if (transposeB) Transposition.Transpose(columns, depth, b + (nint)j * ldb + p, ldb, panel.Pointer, PanelColumns);
                else Copy(depth, columns, b + (nint)p * ldb + j, ldb, panel.Pointer);
                MultiplyPanel(m, columns, depth, Vector512.Create(alpha), a + (nint)p * column, row, column, panel.Pointer, factor, c + j, ldc);
            }
        }
    }

    /// <summary>Copies some columns of a matrix into a panel. What the panel has beyond them is computed with, but not stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(int depth, int columns, T* source, nint stride, T* panel)
    {
        var width = Vector512<T>.Count;
        for (var p = 0; p < depth; p++)
        {
            Load(source, columns).Store(panel);
            if (columns > width) Load(source + width, columns - width).Store(panel + width);
            source += stride;
            panel += PanelColumns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel(int rows, int columns, int depth, Vector512<T> alpha, T* a, nint row, nint column, T* panel, Vector512<T> beta, T* c, nint ldc)
    {
        for (var i = 0; i < rows; i += TileRows)
        {
            if (columns > Vector512<T>.Count) MultiplyTile(rows - i, columns, depth, alpha, a, row, column, panel, beta, c, ldc);
            else MultiplyNarrowTile(rows - i, columns, depth, alpha, a, row, column, panel, beta, c, ldc);
            a += TileRows * row;
            c += TileRows * ldc;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile(int rows, int columns, int depth, Vector512<T> alpha, T* a, nint row, nint column, T* b, Vector512<T> beta, T* c, nint ldc)
    {
        var width = Vector512<T>.Count;
        Vector512<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<T> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        // Rows beyond the last are the last one again, and not stored.
        T* a0 = a, a1 = rows > 1 ? a0 + row : a0, a2 = rows > 2 ? a1 + row : a1, a3 = rows > 3 ? a2 + row : a2;
        T* a4 = rows > 4 ? a3 + row : a3, a5 = rows > 5 ? a4 + row : a4, a6 = rows > 6 ? a5 + row : a5, a7 = rows > 7 ? a6 + row : a6;
        nint at = 0;
        for (var p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + width);
            var x = Vector512.Create(a0[at]);
            c00 = MultiplyAdd(x, b0, c00);
            c01 = MultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[at]);
            c10 = MultiplyAdd(x, b0, c10);
            c11 = MultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[at]);
            c20 = MultiplyAdd(x, b0, c20);
            c21 = MultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[at]);
            c30 = MultiplyAdd(x, b0, c30);
            c31 = MultiplyAdd(x, b1, c31);
            x = Vector512.Create(a4[at]);
            c40 = MultiplyAdd(x, b0, c40);
            c41 = MultiplyAdd(x, b1, c41);
            x = Vector512.Create(a5[at]);
            c50 = MultiplyAdd(x, b0, c50);
            c51 = MultiplyAdd(x, b1, c51);
            x = Vector512.Create(a6[at]);
            c60 = MultiplyAdd(x, b0, c60);
            c61 = MultiplyAdd(x, b1, c61);
            x = Vector512.Create(a7[at]);
            c70 = MultiplyAdd(x, b0, c70);
            c71 = MultiplyAdd(x, b1, c71);
            at += column;
            b += 2 * width;
        }
        WriteRow(c00, c01, columns, alpha, beta, c);
        if (rows > 1) WriteRow(c10, c11, columns, alpha, beta, c + ldc);
        if (rows > 2) WriteRow(c20, c21, columns, alpha, beta, c + 2 * ldc);
        if (rows > 3) WriteRow(c30, c31, columns, alpha, beta, c + 3 * ldc);
        if (rows > 4) WriteRow(c40, c41, columns, alpha, beta, c + 4 * ldc);
        if (rows > 5) WriteRow(c50, c51, columns, alpha, beta, c + 5 * ldc);
        if (rows > 6) WriteRow(c60, c61, columns, alpha, beta, c + 6 * ldc);
        if (rows > 7) WriteRow(c70, c71, columns, alpha, beta, c + 7 * ldc);
    }

    /// <summary>The same for the first vector of a panel alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyNarrowTile(int rows, int columns, int depth, Vector512<T> alpha, T* a, nint row, nint column, T* b, Vector512<T> beta, T* c, nint ldc)
    {
        Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        T* a0 = a, a1 = rows > 1 ? a0 + row : a0, a2 = rows > 2 ? a1 + row : a1, a3 = rows > 3 ? a2 + row : a2;
        T* a4 = rows > 4 ? a3 + row : a3, a5 = rows > 5 ? a4 + row : a4, a6 = rows > 6 ? a5 + row : a5, a7 = rows > 7 ? a6 + row : a6;
        nint at = 0;
        for (var p = 0; p < depth; p++)
        {
            var y = Vector512.Load(b);
            c0 = MultiplyAdd(Vector512.Create(a0[at]), y, c0);
            c1 = MultiplyAdd(Vector512.Create(a1[at]), y, c1);
            c2 = MultiplyAdd(Vector512.Create(a2[at]), y, c2);
            c3 = MultiplyAdd(Vector512.Create(a3[at]), y, c3);
            c4 = MultiplyAdd(Vector512.Create(a4[at]), y, c4);
            c5 = MultiplyAdd(Vector512.Create(a5[at]), y, c5);
            c6 = MultiplyAdd(Vector512.Create(a6[at]), y, c6);
            c7 = MultiplyAdd(Vector512.Create(a7[at]), y, c7);
            at += column;
            b += PanelColumns;
        }
        Write(c0 * alpha, columns, beta, c);
        if (rows > 1) Write(c1 * alpha, columns, beta, c + ldc);
        if (rows > 2) Write(c2 * alpha, columns, beta, c + 2 * ldc);
        if (rows > 3) Write(c3 * alpha, columns, beta, c + 3 * ldc);
        if (rows > 4) Write(c4 * alpha, columns, beta, c + 4 * ldc);
        if (rows > 5) Write(c5 * alpha, columns, beta, c + 5 * ldc);
        if (rows > 6) Write(c6 * alpha, columns, beta, c + 6 * ldc);
        if (rows > 7) Write(c7 * alpha, columns, beta, c + 7 * ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
