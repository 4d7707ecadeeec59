using System.Numerics;

namespace Latent.Torch.Kernels;

/// <summary>
/// Forward and backward pass of a multilayer perceptron, y_0 = x, y_l = f_l(y_{l−1} W_lᵀ + b_l), over the rows of a batch.
/// </summary>
/// <remarks>
/// <para>Shapes: x [rows, inputs of the first layer]; y_l [rows, outputs of layer l]; all contiguous.</para>
/// <para>Each layer is one matrix product, dense or <see cref="SparseInput">sparse</see> as its input is, and passes over its output
/// while that is in cache: bias and activation forward, slope and column sums (the bias gradients) backward.</para>
/// <para>Threads, as many as <see cref="OpenMp.Threads"/> says, meet only once forward and twice backward: each takes its rows of the batch through all
/// layers, and then its outputs of all layers for the gradients of the parameters.</para>
/// <para>Given memory for rounded copies, the products take <see cref="BFloat16"/> factors and add in single precision; all
/// else stays as it is. Each matrix is rounded once: weights and layer inputs forward, gradients backward. The first layer
/// takes no part where its input is so sparse that the sparse product is still faster.</para>
/// </remarks>
internal static unsafe class MlpKernel
{
    /// <summary>Elements that <see cref="Forward"/> keeps for <see cref="Backward"/>: each hidden layer's output, and each pre-activation that a slope needs.</summary>
    public static long KeptLength<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged =>
        layers.IsEmpty ? 0 : KeptBefore(layers.Length - 1, rows, layers) + (ActivationPass.SlopeNeedsInput(layers[^1].Activation) ? (long)rows * layers[^1].Outputs : 0);

    /// <summary>Elements of working memory that <see cref="Backward"/> needs: the gradient of each layer's product.</summary>
    public static long ScratchLength<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged => OutputsBefore(layers.Length, rows, layers);

    /// <summary>Elements of the rounded weights and layer inputs that <see cref="Forward"/> writes and <see cref="Backward"/> reads.</summary>
    public static long RoundedLength<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged => RoundedBefore(layers.Length, rows, layers);

    /// <summary>Computes the last layer's output.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="input">x.</param>
    /// <param name="layers">The layers, at least one; each has as many inputs as the one before has outputs.</param>
    /// <param name="kept">Receives the <see cref="KeptLength"/> elements that the backward pass reads.</param>
    /// <param name="output">Receives the last y.</param>
    /// <param name="rounded">Memory for <see cref="RoundedLength"/> elements if products are to take bfloat16, and T is float; else null.</param>
    public static void Forward<T>(int rows, T* input, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output, BFloat16* rounded = null) where T : unmanaged, INumberBase<T>
    {
        var firstRounded = FirstRounded(rows, input, layers, rounded);
        fixed (DenseLayer<T>* fixedLayers = layers)
        {
            // Neither spans nor fixed variables can be captured.
            var (all, count, parts) = ((nint)fixedLayers, layers.Length, Parts(rows, layers));
            if (firstRounded < count)
            {
                OpenMp.Run(parts, part =>
                {
                    var layers = new ReadOnlySpan<DenseLayer<T>>((void*)all, count);
                    for (var l = firstRounded; l < count; l++)
                    {
                        var (first, end) = Bounds(part, parts, layers[l].Outputs);
                        LayerProducts.Round(first, end, layers[l].Inputs, layers[l].Weight, Rounded(l, rows, layers, firstRounded, rounded, null).Weight);
                    }
                });
            }
            OpenMp.Run(parts, part =>
            {
                var layers = new ReadOnlySpan<DenseLayer<T>>((void*)all, count);
                var (first, end) = Bounds(part, parts, rows);
                var x = input;
                for (var l = 0; l < count; l++)
                {
                    ref readonly var layer = ref layers[l];
                    var product = Product(l, rows, layers, kept, output);
                    var result = Result(l, rows, layers, kept, output);
                    LayerProducts.Multiply(first, end, layer, x, product, Rounded(l, rows, layers, firstRounded, rounded, null));
                    var start = (nint)first * layer.Outputs;
                    ActivationPass.AddBiasAndActivate(layer.Activation, end - first, layer.Outputs, product + start, layer.Bias, result + start);
                    x = result;
                }
            });
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
    /// <param name="rounded">What was given to <see cref="Forward"/>.</param>
    /// <param name="roundedScratch">Working memory of <see cref="ScratchLength"/> elements if there is <paramref name="rounded"/>.</param>
    public static void Backward<T>(int rows, T* input, ReadOnlySpan<DenseLayer<T>> layers, T* kept, T* output, T* outputGradient,
        ReadOnlySpan<DenseGradient<T>> gradients, T* inputGradient, T* scratch, BFloat16* rounded = null, BFloat16* roundedScratch = null) where T : unmanaged, INumberBase<T>
    {
        var firstRounded = FirstRounded(rows, input, layers, rounded);
        // Below the lowest layer that learns, nothing needs a gradient.
        var lowest = 0;
        while (inputGradient == null && lowest < layers.Length && !gradients[lowest].IsNeeded) lowest++;

        fixed (DenseLayer<T>* fixedLayers = layers)
        fixed (DenseGradient<T>* fixedGradients = gradients)
        {
            var (all, allGradients, count, parts) = ((nint)fixedLayers, (nint)fixedGradients, layers.Length, Parts(rows, layers));
            OpenMp.Run(parts, part =>
            {
                var layers = new ReadOnlySpan<DenseLayer<T>>((void*)all, count);
                var (first, end) = Bounds(part, parts, rows);
                for (var l = count - 1; l >= lowest; l--)
                {
                    ref readonly var layer = ref layers[l];
                    var start = (nint)first * layer.Outputs;
                    var gradient = ProductGradient(l, rows, layers, outputGradient, scratch);
                    ActivationPass.ApplySlope(layer.Activation, (nint)(end - first) * layer.Outputs, (l == count - 1 ? outputGradient : gradient) + start,
                        Product(l, rows, layers, kept, output) + start, gradient + start);
                    var copies = Rounded(l, rows, layers, firstRounded, rounded, roundedScratch);
                    if (copies.IsUsed) LayerProducts.Round(first, end, layer.Outputs, gradient, copies.Gradient);
                    if (l == lowest && inputGradient == null) break;
                    LayerProducts.InputGradient(first, end, layer, gradient, l == 0 ? inputGradient : ProductGradient(l - 1, rows, layers, outputGradient, scratch), copies);
                }
            });
            OpenMp.Run(parts, part =>
            {
                var layers = new ReadOnlySpan<DenseLayer<T>>((void*)all, count);
                var gradients = new ReadOnlySpan<DenseGradient<T>>((void*)allGradients, count);
                for (var l = lowest; l < count; l++)
                {
                    ref readonly var layer = ref layers[l];
                    var (first, end) = Bounds(part, parts, layer.Outputs);
                    var gradient = ProductGradient(l, rows, layers, outputGradient, scratch);
                    if (gradients[l].Bias != null)
                        ActivationPass.SumColumns(rows, end - first, gradient + first, layer.Outputs, gradients[l].Bias + first);
                    if (gradients[l].Weight != null)
                    {
                        LayerProducts.WeightGradient(first, end, rows, layer, l == 0 ? input : Result(l - 1, rows, layers, kept, output), gradient,
                            gradients[l].Weight, Rounded(l, rows, layers, firstRounded, rounded, roundedScratch));
                    }
                }
            });
        }
    }

    /// <summary>How many threads are worth their start: each gets some 5 µs of work or more.</summary>
    private static int Parts<T>(int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
    {
        const long ShortestWork = 1 << 18;
        var work = 0L;
        foreach (ref readonly var layer in layers) work += (long)rows * layer.Inputs * layer.Outputs;
        return (int)Math.Clamp(work / ShortestWork, 1, OpenMp.Threads);
    }

    /// <summary>The lowest layer whose products take bfloat16: 0, 1 if the input is sparse enough for something better, or none.</summary>
    private static int FirstRounded<T>(int rows, T* input, ReadOnlySpan<DenseLayer<T>> layers, BFloat16* rounded) where T : unmanaged
    {
        const double RoundedCost = 0.6;     // half the time, and the rounding
        if (rounded == null) return layers.Length;
        return SparseInput.IsFaster(rows, layers[0].Inputs, layers[0].Outputs, input, out _, RoundedCost) ? 1 : 0;
    }

    /// <summary>The part's share of count things, [first, end).</summary>
    private static (int First, int End) Bounds(int part, int parts, int count) => ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

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

    /// <summary>Where the gradient of layer l's W x + b is put: the output's gradient serves if the last layer has no activation.</summary>
    private static T* ProductGradient<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers, T* outputGradient, T* scratch) where T : unmanaged =>
        layer == layers.Length - 1 && layers[layer].Activation == Activation.Identity ? outputGradient : scratch + OutputsBefore(layer, rows, layers);

    /// <summary>Where layer l's factors lie rounded: W, behind it x, and the gradient in memory of its own.</summary>
    private static RoundedLayer Rounded<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers, int firstRounded, BFloat16* rounded, BFloat16* gradients) where T : unmanaged
    {
        if (layer < firstRounded) return default;
        var weight = rounded + RoundedBefore(layer, rows, layers);
        return new(weight, weight + (long)layers[layer].Outputs * layers[layer].Inputs, gradients == null ? null : gradients + OutputsBefore(layer, rows, layers));
    }

    private static long OutputsBefore<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
    {
        var units = 0L;
        foreach (ref readonly var before in layers[..layer]) units += before.Outputs;
        return rows * units;
    }

    /// <summary>Elements rounded for the layers before this one.</summary>
    private static long RoundedBefore<T>(int layer, int rows, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
    {
        var elements = 0L;
        foreach (ref readonly var before in layers[..layer]) elements += ((long)rows + before.Outputs) * before.Inputs;
        return elements;
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
