using System.Runtime.CompilerServices;

namespace Latent.Torch.Kernels;

/// <summary>The products of a dense layer whose input is mostly zeros, from the rows of Wᵀ and of dy that its other elements select.</summary>
/// <remarks>
/// Such inputs are binarized images, and the outputs of rectified layers. Numerics: the dense products in another order of
/// summation: over the input's non-zero elements, ascending. An infinite or NaN weight shows only where the input is not zero.
/// </remarks>
internal static unsafe class SparseInput
{
    /// <summary>product = x Wᵀ, if x is so sparse that this is faster than the dense product.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="product">[rows, outputs].</param>
    /// <returns>Whether it was; otherwise nothing was written.</returns>
    public static bool TryMultiply<T>(int rows, in DenseLayer<T> layer, T* x, T* product) where T : unmanaged
    {
        if (!IsFaster(rows, layer.Inputs, layer.Outputs, x, out var nonZeros)) return false;
        Multiply(rows, layer, x, nonZeros, product);
        return true;
    }

    /// <summary>weightGradient = dyᵀ x, for a part of the outputs, if x is so sparse that this is faster than the dense product.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Outputs in the part.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="gradient">dy, [rows, outputs].</param>
    /// <param name="stride">Elements from one row of dy to the next.</param>
    /// <param name="weightGradient">[outputs, inputs].</param>
    /// <returns>Whether it was; otherwise nothing was written.</returns>
    public static bool TryWeightGradient<T>(int rows, int inputs, int outputs, T* x, T* gradient, int stride, T* weightGradient) where T : unmanaged
    {
        if (!IsFaster(rows, inputs, outputs, x, out var nonZeros)) return false;
        WeightGradient(rows, inputs, outputs, x, nonZeros, gradient, stride, weightGradient);
        return true;
    }

    /// <summary>product = x Wᵀ, however many elements of x are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<T>(int rows, in DenseLayer<T> layer, T* x, int nonZeros, T* product) where T : unmanaged
    {
        var (inputs, outputs) = (layer.Inputs, layer.Outputs);
        using var sparse = new SparseMatrix<T>(rows, inputs, x, nonZeros);
        var (depth, width) = (SparseMatrix<T>.BlockDepth, SparseMatrix<T>.PanelColumns);
        using var panel = new AlignedMemory<T>(depth * width);
        for (var o = 0; o < outputs; o += width)
        {
            var columns = Math.Min(width, outputs - o);
            for (var k = 0; k < inputs; k += depth)
            {
                Transposition.Transpose(columns, Math.Min(depth, inputs - k), layer.Weight + (nint)o * inputs + k, inputs, panel.Pointer, width);
                sparse.MultiplyBlock(k / depth, panel.Pointer, columns, product + o, outputs);
            }
        }
    }

    /// <summary>weightGradient = dyᵀ x, however many elements of x are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void WeightGradient<T>(int rows, int inputs, int outputs, T* x, int nonZeros, T* gradient, int stride, T* weightGradient) where T : unmanaged
    {
        using var transposed = new AlignedMemory<T>((long)rows * inputs);
        Transposition.Transpose(rows, inputs, x, inputs, transposed.Pointer, rows);
        using var sparse = new SparseMatrix<T>(inputs, rows, transposed.Pointer, nonZeros);
        var (depth, width) = (SparseMatrix<T>.BlockDepth, SparseMatrix<T>.PanelColumns);
        using var panel = new AlignedMemory<T>(depth * width);
        using var sums = new AlignedMemory<T>((long)inputs * width);    // some columns of xᵀ dy
        for (var o = 0; o < outputs; o += width)
        {
            var columns = Math.Min(width, outputs - o);
            for (var k = 0; k < rows; k += depth)
            {
                for (var r = 0; r < Math.Min(depth, rows - k); r++)
                    new ReadOnlySpan<T>(gradient + (nint)(k + r) * stride + o, columns).CopyTo(new(panel.Pointer + r * width, columns));
                sparse.MultiplyBlock(k / depth, panel.Pointer, columns, sums.Pointer, width);
            }
            Transposition.Transpose(inputs, columns, sums.Pointer, width, weightGradient + (nint)o * inputs, inputs);
        }
    }

    /// <summary>Whether the sparse product is the faster one by what was measured (docs/decisions/0008-sparse-inputs.md).</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Outputs of the layer.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="nonZeros">How many of its elements are not zero.</param>
    /// <param name="denseCost">The dense product's time in units of the one by <see cref="Gemm{T}"/>.</param>
    public static bool IsFaster<T>(int rows, int inputs, int outputs, T* x, out int nonZeros, double denseCost = 1) where T : unmanaged
    {
        var elements = (long)rows * inputs;
        var count = SparseMatrix<T>.Count(elements, x);
        nonZeros = (int)Math.Min(count, int.MaxValue);
        // In units of the dense product's time for one element of x and one of its outputs: the part of each element that is not
        // zero, of each row's beginnings and ends, and of putting W in place. Panels are whole, also the last.
        var width = SparseMatrix<T>.PanelColumns;
        var computed = (double)((outputs + width - 1) / width * width);
        return count <= int.MaxValue && (1.2 * count + 0.09 * elements + 6.0 * inputs) * computed < 0.9 * denseCost * elements * outputs;
    }
}
