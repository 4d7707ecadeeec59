using System.Numerics;
using System.Runtime.Intrinsics;

namespace Latent.Torch.Kernels;

/// <summary>The three matrix products of a dense layer, for a part of the rows or outputs: in bfloat16, sparse, or dense.</summary>
/// <remarks>
/// Every pointer is to the whole batch's matrix, contiguous. Factors are rounded here but for weights, which all parts share. Small
/// products, and with them the blocks of masked layers, take our own code (docs/decisions/0018-small-products.md).
/// </remarks>
internal static unsafe class LayerProducts
{
    /// <summary>Multiply-adds up to which our own code is as fast as a library, or faster.</summary>
    private const long SmallProduct = 1 << 22;

    /// <summary>Below this number of rows it is not: copying the other factor then takes most of the time.</summary>
    private const int FewRows = 16;

    /// <summary>product = x Wᵀ, for the rows [first, end).</summary>
    public static void Multiply<T>(int first, int end, in DenseLayer<T> layer, T* x, T* product, in RoundedLayer rounded) where T : unmanaged, INumberBase<T>
    {
        var (rows, inputs, outputs) = (end - first, layer.Inputs, layer.Outputs);
        x += (nint)first * inputs;
        product += (nint)first * outputs;
        if (rounded.IsUsed)
        {
            var roundedX = rounded.Input + (nint)first * inputs;
            BFloat16Rounding.Round((nint)rows * inputs, (float*)x, roundedX);
            BFloat16Gemm.Multiply(false, true, rows, outputs, inputs, roundedX, inputs, rounded.Weight, inputs, (float*)product, outputs);
        }
        else if (!SparseInput.TryMultiply(rows, layer, x, product))
        {
            var block = layer.Block(outputs);
            for (var o = 0; o < outputs; o += block)
            {
                var seen = layer.SeenFrom(o);
                Product(false, true, rows, Math.Min(block, outputs - o), seen.Count, x + seen.First, inputs, layer.Weight + (nint)o * inputs + seen.First, inputs, product + o, outputs);
            }
        }
    }

    /// <summary>below = dy W, for the rows [first, end), whose gradient has been rounded.</summary>
    public static void InputGradient<T>(int first, int end, in DenseLayer<T> layer, T* gradient, T* below, in RoundedLayer rounded) where T : unmanaged, INumberBase<T>
    {
        var (rows, inputs, outputs) = (end - first, layer.Inputs, layer.Outputs);
        gradient += (nint)first * outputs;
        below += (nint)first * inputs;
        if (rounded.IsUsed)
        {
            BFloat16Gemm.Multiply(false, false, rows, inputs, outputs, rounded.Gradient + (nint)first * outputs, outputs, rounded.Weight, inputs, (float*)below, inputs);
            return;
        }
        var block = layer.Block(inputs);
        for (var i = 0; i < inputs; i += block)
        {
            var seeing = layer.Seeing(i);
            Product(false, false, rows, Math.Min(block, inputs - i), seeing.Count, gradient + seeing.First, outputs, layer.Weight + (nint)seeing.First * inputs + i, inputs, below + i, inputs);
        }
    }

    /// <summary>weightGradient = dyᵀ x, for the outputs [first, end), over all rows; where a mask leaves blocks out, zero.</summary>
    public static void WeightGradient<T>(int first, int end, int rows, in DenseLayer<T> layer, T* x, T* gradient, T* weightGradient, in RoundedLayer rounded) where T : unmanaged, INumberBase<T>
    {
        var (part, inputs, outputs) = (end - first, layer.Inputs, layer.Outputs);
        if (rounded.IsUsed)
        {
            BFloat16Gemm.Multiply(true, false, part, inputs, rows, rounded.Gradient + first, outputs, rounded.Input, inputs, (float*)weightGradient + (nint)first * inputs, inputs);
        }
        else if (!SparseInput.TryWeightGradient(rows, inputs, part, x, gradient + first, outputs, weightGradient + (nint)first * inputs))
        {
            var block = layer.Block(inputs);
            if (layer.HasBlocks) new Span<T>(weightGradient + (nint)first * inputs, part * inputs).Clear();
            for (var i = 0; i < inputs; i += block)
            {
                var seeing = layer.Seeing(i).Within(first, end);
                Product(true, false, seeing.Count, Math.Min(block, inputs - i), rows, gradient + seeing.First, outputs, x + i, inputs, weightGradient + (nint)seeing.First * inputs + i, inputs);
            }
        }
    }

    /// <summary>Rounds the rows [first, end) of a matrix with so many columns.</summary>
    public static void Round<T>(int first, int end, int columns, T* source, BFloat16* destination) where T : unmanaged =>
        BFloat16Rounding.Round((nint)(end - first) * columns, (float*)source + (nint)first * columns, destination + (nint)first * columns);

    /// <summary>C = op(A) op(B), as in <see cref="Gemm{T}.Multiply"/>.</summary>
    private static void Product<T>(bool transposeA, bool transposeB, int m, int n, int k, T* a, int lda, T* b, int ldb, T* c, int ldc) where T : unmanaged, INumberBase<T>
    {
        if (m >= FewRows && (long)m * n * k <= SmallProduct && Vector512.IsHardwareAccelerated)
            ManagedGemm<T>.Shared.Multiply(transposeA, transposeB, m, n, k, T.One, a, lda, b, ldb, T.Zero, c, ldc);
        else
            Gemm<T>.Multiply(transposeA, transposeB, m, n, k, T.One, a, lda, b, ldb, T.Zero, c, ldc);
    }
}
