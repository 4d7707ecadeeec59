using System.Numerics;

namespace Latent.Torch.Kernels;

/// <summary>The three matrix products of a dense layer, for a part of the rows or outputs: in bfloat16, sparse, or dense.</summary>
/// <remarks>Every pointer is to the whole batch's matrix, contiguous. Factors are rounded here but for weights, which all parts share.</remarks>
internal static unsafe class LayerProducts
{
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
            Gemm<T>.Multiply(false, true, rows, outputs, inputs, T.One, x, inputs, layer.Weight, inputs, T.Zero, product, outputs);
        }
    }

    /// <summary>below = dy W, for the rows [first, end), whose gradient has been rounded.</summary>
    public static void InputGradient<T>(int first, int end, in DenseLayer<T> layer, T* gradient, T* below, in RoundedLayer rounded) where T : unmanaged, INumberBase<T>
    {
        var (rows, inputs, outputs) = (end - first, layer.Inputs, layer.Outputs);
        gradient += (nint)first * outputs;
        below += (nint)first * inputs;
        if (rounded.IsUsed)
            BFloat16Gemm.Multiply(false, false, rows, inputs, outputs, rounded.Gradient + (nint)first * outputs, outputs, rounded.Weight, inputs, (float*)below, inputs);
        else
            Gemm<T>.Multiply(false, false, rows, inputs, outputs, T.One, gradient, outputs, layer.Weight, inputs, T.Zero, below, inputs);
    }

    /// <summary>weightGradient = dyᵀ x, for the outputs [first, end), over all rows.</summary>
    public static void WeightGradient<T>(int first, int end, int rows, in DenseLayer<T> layer, T* x, T* gradient, T* weightGradient, in RoundedLayer rounded) where T : unmanaged, INumberBase<T>
    {
        var (part, inputs, outputs) = (end - first, layer.Inputs, layer.Outputs);
        weightGradient += (nint)first * inputs;
        if (rounded.IsUsed)
            BFloat16Gemm.Multiply(true, false, part, inputs, rows, rounded.Gradient + first, outputs, rounded.Input, inputs, (float*)weightGradient, inputs);
        else if (!SparseInput.TryWeightGradient(rows, inputs, part, x, gradient + first, outputs, weightGradient))
            Gemm<T>.Multiply(true, false, part, inputs, rows, T.One, gradient + first, outputs, x, inputs, T.Zero, weightGradient, inputs);
    }

    /// <summary>Rounds the rows [first, end) of a matrix with so many columns.</summary>
    public static void Round<T>(int first, int end, int columns, T* source, BFloat16* destination) where T : unmanaged =>
        BFloat16Rounding.Round((nint)(end - first) * columns, (float*)source + (nint)first * columns, destination + (nint)first * columns);
}
