using System.Numerics;

namespace Latent.Torch.Kernels;

/// <summary>
/// Forward and backward pass of a multilayer perceptron, y_0 = x, y_l = f_l(y_{l−1} W_lᵀ + b_l), over the rows of a batch.
/// </summary>
/// <remarks>
/// <para>Shapes: x [rows, inputs of the first layer]; y_l [rows, outputs of layer l]; all contiguous.</para>
/// <para>Each layer is one matrix product, and one pass over its output while that is in cache: bias and activation forward;
/// slope and the bias gradient's column sums backward. The column sums run over the rows in order.</para>
/// </remarks>
internal static unsafe class MlpKernel
{
    /// <summary>Elements that <see cref="Forward"/> keeps for <see cref="Backward"/>: each hidden layer's output, and each pre-activation that a slope needs.</summary>
    public static long KeptLength<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged =>
        layers.IsEmpty ? 0 : KeptBefore(layers.Length - 1, rows, layers) + (ActivationPass.SlopeNeedsInput(layers[^1].Activation) ? (long)rows * layers[^1].Outputs : 0);

    /// <summary>Elements of working memory that <see cref="Backward"/> needs.</summary>
    public static long ScratchLength<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
    {
        var widest = 0;
        foreach (ref readonly var layer in layers) widest = Math.Max(widest, layer.Outputs);
        return 2L * rows * widest;
    }

    /// <summary>Computes the last layer's output.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="input">x.</param>
    /// <param name="layers">The layers, at least one; each has as many inputs as the one before has outputs.</param>
    /// <param name="kept">Receives the <see cref="KeptLength"/> elements that the backward pass reads.</param>
    /// <param name="output">Receives the last y.</param>
    public static void Forward<T>(int rows, T* input, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output) where T : unmanaged, INumberBase<T>
    {
        for (var l = 0; l < layers.Length; l++)
        {
            ref readonly var layer = ref layers[l];
            var result = Result(l, rows, layers, kept, output);
            var product = Product(l, rows, layers, kept, output);
            Gemm<T>.Multiply(false, true, rows, layer.Outputs, layer.Inputs, T.One, input, layer.Inputs, layer.Weight, layer.Inputs, T.Zero, product, layer.Outputs);
            ActivationPass.AddBiasAndActivate(layer.Activation, rows, layer.Outputs, product, layer.Bias, result);
            input = result;
        }
    }

    /// <summary>Computes the gradients of a scalar from its gradient with respect to the output.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="input">x, as given to <see cref="Forward"/>.</param>
    /// <param name="layers">The layers, as given to <see cref="Forward"/>.</param>
    /// <param name="kept">What <see cref="Forward"/> kept.</param>
    /// <param name="output">What <see cref="Forward"/> returned.</param>
    /// <param name="outputGradient">The gradient with respect to the output; it is only read.</param>
    /// <param name="gradients">Receives each layer's gradients.</param>
    /// <param name="inputGradient">Receives the gradient with respect to x, or null if it is not needed.</param>
    /// <param name="scratch">Working memory of <see cref="ScratchLength"/> elements.</param>
    public static void Backward<T>(int rows, T* input, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output, T* outputGradient,
        ReadOnlySpan<DenseGradient<T>> gradients, T* inputGradient, T* scratch) where T : unmanaged, INumberBase<T>
    {
        // Below the lowest layer that learns, nothing needs a gradient.
        var lowest = 0;
        while (inputGradient == null && lowest < layers.Length && !gradients[lowest].IsNeeded) lowest++;

        T* front = scratch, back = scratch + ScratchLength(rows, layers) / 2;
        var gradient = outputGradient;
        for (var l = layers.Length - 1; l >= lowest; l--)
        {
            ref readonly var layer = ref layers[l];
            // With respect to y_l; then with respect to W x + b. Below the last layer it is ours, and changes in place.
            var slopedGradient = layer.Activation == Activation.Identity ? gradient : front;
            ActivationPass.ApplySlope(layer.Activation, rows, layer.Outputs, gradient, Product(l, rows, layers, kept, output), slopedGradient, gradients[l].Bias);
            if (gradients[l].Weight != null)
            {
                var below = l == 0 ? input : Result(l - 1, rows, layers, kept, output);
                Gemm<T>.Multiply(true, false, layer.Outputs, layer.Inputs, rows, T.One, slopedGradient, layer.Outputs, below, layer.Inputs, T.Zero, gradients[l].Weight, layer.Inputs);
            }
            if (l == lowest && inputGradient == null) break;
            gradient = l == 0 ? inputGradient : back;
            Gemm<T>.Multiply(false, false, rows, layer.Inputs, layer.Outputs, T.One, slopedGradient, layer.Outputs, layer.Weight, layer.Inputs, T.Zero, gradient, layer.Inputs);
            back = front;
            front = gradient;
        }
    }

    /// <summary>Where layer l's f(W x + b) lies.</summary>
    private static T* Result<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output) where T : unmanaged =>
        layer == layers.Length - 1 ? output : kept + KeptBefore(layer, rows, layers);

    /// <summary>Where layer l's W x + b lies: behind the result if the slope needs it, else in the result's own place.</summary>
    private static T* Product<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output) where T : unmanaged
    {
        if (!ActivationPass.SlopeNeedsInput(layers[layer].Activation)) return Result(layer, rows, layers, kept, output);
        var start = kept + KeptBefore(layer, rows, layers);
        return layer == layers.Length - 1 ? start : start + (long)rows * layers[layer].Outputs;
    }

    /// <summary>Elements kept for the layers before this one.</summary>
    private static long KeptBefore<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
    {
        var units = 0L;
        foreach (ref readonly var before in layers[..layer])
            units += ActivationPass.SlopeNeedsInput(before.Activation) ? 2 * before.Outputs : before.Outputs;
        return rows * units;
    }
}
