using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Latent.Torch.Kernels;

/// <summary>The transpose of a matrix, at about the speed of a copy for <see cref="float"/>.</summary>
internal static unsafe class Transposition
{
    private const int TileRows = 16, TileColumns = 4;

    /// <summary>destination[c, r] = source[r, c].</summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="source">[rows, columns].</param>
    /// <param name="sourceStride">Elements from one row of the source to the next.</param>
    /// <param name="destination">[columns, rows]; must not overlap the source.</param>
    /// <param name="destinationStride">Elements from one row of the destination to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(int rows, int columns, T* source, int sourceStride, T* destination, int destinationStride) where T : unmanaged
    {
        var tiled = typeof(T) == typeof(float) && Avx512F.IsSupported;
        var (tiledRows, tiledColumns) = tiled ? (rows - rows % TileRows, columns - columns % TileColumns) : (0, 0);
        if (tiled) TransposeTiles(tiledRows, tiledColumns, (float*)source, sourceStride, (float*)destination, destinationStride);
        TransposeElements(0, tiledRows, tiledColumns, columns, source, sourceStride, destination, destinationStride);
        TransposeElements(tiledRows, rows, 0, columns, source, sourceStride, destination, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeElements<T>(int firstRow, int endRow, int firstColumn, int endColumn, T* source, int sourceStride, T* destination, int destinationStride)
        where T : unmanaged
    {
        for (var r = firstRow; r < endRow; r++)
        {
            for (var c = firstColumn; c < endColumn; c++) destination[(nint)c * destinationStride + r] = source[(nint)r * sourceStride + c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeTiles(int rows, int columns, float* source, nint sourceStride, float* destination, nint destinationStride)
    {
        for (var r = 0; r < rows; r += TileRows)
        {
            for (var c = 0; c < columns; c += TileColumns)
            {
                // Rows 0, 4, 8 and 12 of a tile, then 1, 5, 9 and 13, …: so each quarter of the vectors is a 4 × 4 matrix of its own.
                var from = source + r * sourceStride + c;
                var (a, b) = (EveryFourthRow(from, sourceStride), EveryFourthRow(from + sourceStride, sourceStride));
                var (d, e) = (EveryFourthRow(from + 2 * sourceStride, sourceStride), EveryFourthRow(from + 3 * sourceStride, sourceStride));
                var (ab01, ab23) = (Avx512F.UnpackLow(a, b).AsDouble(), Avx512F.UnpackHigh(a, b).AsDouble());
                var (de01, de23) = (Avx512F.UnpackLow(d, e).AsDouble(), Avx512F.UnpackHigh(d, e).AsDouble());
                var to = destination + c * destinationStride + r;
                Avx512F.UnpackLow(ab01, de01).AsSingle().Store(to);
                Avx512F.UnpackHigh(ab01, de01).AsSingle().Store(to + destinationStride);
                Avx512F.UnpackLow(ab23, de23).AsSingle().Store(to + 2 * destinationStride);
                Avx512F.UnpackHigh(ab23, de23).AsSingle().Store(to + 3 * destinationStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourthRow(float* from, nint stride) => Vector512.Create(
        Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * stride)),
        Vector256.Create(Vector128.Load(from + 8 * stride), Vector128.Load(from + 12 * stride)));
}
