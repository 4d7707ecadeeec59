using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>The non-zero elements of a matrix S, in the order in which a product S B takes them.</summary>
/// <remarks>
/// Columns of S, and with them rows of B, are taken in blocks of <see cref="BlockDepth"/>, and columns of B
/// <see cref="PanelColumns"/> at a time: such a panel of B stays in the first-level cache while all rows of S pass over it, and
/// a row of the result stays in registers. An element costs a broadcast and one multiply-add per vector of the panel.
/// </remarks>
internal readonly unsafe ref struct SparseMatrix<T> : IDisposable where T : unmanaged
{
    private const int PanelVectors = 5;
    private readonly int rows;
    private readonly AlignedMemory<int> starts;     // of row r in block b: starts[b · rows + r]
    private readonly AlignedMemory<int> offsets;    // of an element's row of B in its panel
    private readonly AlignedMemory<T> values;

    /// <summary>Collects the non-zero elements.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="matrix">Contiguous [rows, columns].</param>
    /// <param name="nonZeros">How many elements are not zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SparseMatrix(int rows, int columns, T* matrix, int nonZeros)
    {
        this.rows = rows;
        var blocks = (columns + BlockDepth - 1) / BlockDepth;
        starts = new((long)blocks * rows + 1);
        // Whole vectors are stored, of which only the first lanes count.
        offsets = new(nonZeros + Vector512<int>.Count);
        values = new(nonZeros + Vector512<T>.Count);
        var count = 0;
        for (var b = 0; b < blocks; b++)
        {
            var first = b * BlockDepth;
            for (var r = 0; r < rows; r++)
            {
                starts.Pointer[b * rows + r] = count;
                count = Append(matrix + (nint)r * columns + first, Math.Min(BlockDepth, columns - first), count);
            }
        }
        starts.Pointer[blocks * rows] = count;
    }

    /// <summary>Columns of S, rows of B, in a block: the panel is then about as large as the first-level cache.</summary>
    public static int BlockDepth => 112;

    /// <summary>Columns of B in a panel.</summary>
    public static int PanelColumns => PanelVectors * Vector512<T>.Count;

    /// <summary>How many elements are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Count(long length, T* elements)
    {
        var zeros = 0L;
        for (nint i = 0; i < length; i += Vector512<T>.Count)
            zeros += BitOperations.PopCount(Vector512.Equals(Load(elements + i, (nint)length - i), Vector512<T>.Zero).ExtractMostSignificantBits());
        // The lanes beyond the end are zero as well.
        var loaded = (length + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        return loaded - zeros;
    }

    /// <summary>C ← S[:, block] B for the first block, C ← C + S[:, block] B for the others.</summary>
    /// <param name="block">Which columns of S: from block · <see cref="BlockDepth"/> on.</param>
    /// <param name="panel">These rows of B and <see cref="PanelColumns"/> of its columns, contiguous and aligned.</param>
    /// <param name="columns">Columns of C to write, at most <see cref="PanelColumns"/>.</param>
    /// <param name="c">C's first element.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyBlock(int block, T* panel, int columns, T* c, int stride)
    {
        var width = Vector512<T>.Count;
        var rowStarts = starts.Pointer + block * rows;
        int* o = offsets.Pointer;
        T* v = values.Pointer;
        for (var r = 0; r < rows; r++, c += stride)
        {
            Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default;
            if (block > 0)
            {
                c0 = Load(c, columns);
                if (columns > width) c1 = Load(c + width, columns - width);
                if (columns > 2 * width) c2 = Load(c + 2 * width, columns - 2 * width);
                if (columns > 3 * width) c3 = Load(c + 3 * width, columns - 3 * width);
                if (columns > 4 * width) c4 = Load(c + 4 * width, columns - 4 * width);
            }
            for (int i = rowStarts[r], end = rowStarts[r + 1]; i < end; i++)
            {
                var s = Vector512.Create(v[i]);
                var b = panel + o[i];
                c0 = MultiplyAdd(s, Vector512.Load(b), c0);
                c1 = MultiplyAdd(s, Vector512.Load(b + width), c1);
                c2 = MultiplyAdd(s, Vector512.Load(b + 2 * width), c2);
                c3 = MultiplyAdd(s, Vector512.Load(b + 3 * width), c3);
                c4 = MultiplyAdd(s, Vector512.Load(b + 4 * width), c4);
            }
            Store(c0, c, columns);
            if (columns > width) Store(c1, c + width, columns - width);
            if (columns > 2 * width) Store(c2, c + 2 * width, columns - 2 * width);
            if (columns > 3 * width) Store(c3, c + 3 * width, columns - 3 * width);
            if (columns > 4 * width) Store(c4, c + 4 * width, columns - 4 * width);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        starts.Dispose();
        offsets.Dispose();
        values.Dispose();
    }

    /// <summary>Appends a row's part in a block; returns how many elements there are then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Append(T* row, int length, int count)
    {
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            for (var i = 0; i < length; i += Vector512<float>.Count)
            {
                var x = Load((float*)row + i, length - i);
                var nonZero = ~Vector512.Equals(x, Vector512<float>.Zero);
                Avx512F.Compress(Vector512<float>.Zero, nonZero, x).Store((float*)values.Pointer + count);
                Avx512F.Compress(Vector512<int>.Zero, nonZero.AsInt32(), (Vector512<int>.Indices + Vector512.Create(i)) * PanelColumns).Store(offsets.Pointer + count);
                count += BitOperations.PopCount(nonZero.ExtractMostSignificantBits());
            }
            return count;
        }
        for (var i = 0; i < length; i++)
        {
            // Written always and counted only if it stays: no branch to mispredict.
            values.Pointer[count] = row[i];
            offsets.Pointer[count] = i * PanelColumns;
            count += EqualityComparer<T>.Default.Equals(row[i], default) ? 0 : 1;
        }
        return count;
    }
}
