using System.Numerics;
using Latent.Torch;
using Latent.Torch.Kernels;

namespace Latent.Networks;

/// <summary>
/// A masked perceptron evaluated unit by unit as the coordinates become known. With units sorted by degree, what a unit sees is a prefix of
/// the layer below, and never changes once it is known: all steps together cost half of one dense pass.
/// </summary>
/// <remarks>Shapes: activations are [units, rows], so that those of a unit lie together. It records no gradient.</remarks>
internal sealed unsafe class UnrolledMlp<T> where T : unmanaged, INumberBase<T>
{
    private readonly int rows;
    private readonly long[][] degrees;     // of each layer, sorted; 0 are the inputs
    private readonly Tensor[] values;      // [units, rows]
    private readonly PackedLayer[] layers; // layer l computes values l + 1
    private readonly PackedLayer? direct;  // from the inputs to the outputs

    /// <summary>Packs the weights of an order.</summary>
    /// <param name="layers">The network's layers, masked.</param>
    /// <param name="direct">The affine path from inputs to outputs, if there is one.</param>
    /// <param name="degrees">Of inputs, hidden units, outputs.</param>
    /// <param name="rows">Rows of the batch.</param>
    public UnrolledMlp(ReadOnlySpan<DenseWeights> layers, DenseWeights? direct, long[][] degrees, int rows)
    {
        this.rows = rows;
        var units = Array.ConvertAll(degrees, d => Enumerable.Range(0, d.Length).OrderBy(u => d[u]).ToArray());
        this.degrees = [.. degrees.Select((d, l) => Array.ConvertAll(units[l], u => d[u]))];
        var type = layers[0].Weight.ElementType;
        values = Array.ConvertAll(degrees, d => Tensor.Uninitialized([d.Length, rows], type));
        this.layers = new PackedLayer[layers.Length];
        for (var l = 0; l < layers.Length; l++) this.layers[l] = Packed(layers[l], units[l], units[l + 1]);
        this.direct = direct is { } path ? Packed(path, units[0], units[^1]) : null;
    }

    /// <summary>The activations of the inputs, [inputs sorted by degree, rows]: to be written as they become known.</summary>
    public Tensor Inputs => values[0];

    /// <summary>The outputs of the coordinate of a degree, [outputs, rows], once all inputs of lower degrees are known.</summary>
    public Tensor Outputs(long degree)
    {
        for (var l = 0; l < layers.Length - 1; l++) Compute(l, Below(l + 1, degree - 1), Below(l + 1, degree), Below(l, degree));
        var (last, first, end) = (layers.Length - 1, Below(layers.Length, degree), Below(layers.Length, degree + 1));
        Compute(last, first, end, Below(last, degree));
        if (direct is { } path) Add(path, values[0], values[^1], first, end, Below(0, degree));
        return values[^1].Narrow(0, first, end - first).Clone();
    }

    /// <summary>How many units of a layer have a degree below this one.</summary>
    private int Below(int layer, long degree)
    {
        var at = Array.BinarySearch(degrees[layer], degree);
        if (at < 0) return ~at;
        while (at > 0 && degrees[layer][at - 1] == degree) at--;
        return at;
    }

    /// <summary>The units [first, end) that a layer computes, of which they see the first so many below.</summary>
    private void Compute(int l, int first, int end, int seen)
    {
        var layer = layers[l];
        var result = values[l + 1].Pointer<T>();
        for (var u = first; u < end; u++) new Span<T>(result + (nint)u * rows, rows).Fill(layer.Bias is { } bias ? bias[u] : T.Zero);
        Add(layer, values[l], values[l + 1], first, end, seen);
        var start = result + (nint)first * rows;
        ActivationPass.AddBiasAndActivate(layer.Activation, end - first, rows, start, null, start);
    }

    private void Add(in PackedLayer layer, Tensor below, Tensor above, int first, int end, int seen)
    {
        var inputs = checked((int)below.Size(0));
        fixed (T* weight = layer.Weight)
            Gemm<T>.Multiply(false, false, end - first, rows, seen, T.One, weight + (nint)first * inputs, inputs, below.Pointer<T>(), rows, T.One, above.Pointer<T>() + (nint)first * rows, rows);
    }

    private static PackedLayer Packed(in DenseWeights layer, int[] inputs, int[] outputs)
    {
        var weight = layer.Weight.AsSpan<T>();
        var mask = layer.Mask!.Values.AsSpan<T>();
        var packed = new T[weight.Length];
        for (var o = 0; o < outputs.Length; o++)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var at = outputs[o] * inputs.Length + inputs[i];
                packed[o * inputs.Length + i] = weight[at] * mask[at];
            }
        }
        var bias = layer.Bias?.ToArray<T>();
        return new(packed, bias is null ? null : Array.ConvertAll(outputs, o => bias[o]), layer.Activation);
    }

    /// <summary>A layer with its inputs and outputs sorted by degree.</summary>
    private readonly record struct PackedLayer(T[] Weight, T[]? Bias, Activation Activation);
}
