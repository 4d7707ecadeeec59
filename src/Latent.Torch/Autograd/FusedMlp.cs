using System.Numerics;
using Latent.Torch.Kernels;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// A multilayer perceptron as one node of the autograd graph: y₀ = x, y_l = f_l(y_{l−1} W_lᵀ + b_l), with forward and backward
/// written by hand over raw memory. Weights may be masked, W ∘ M: once in a call, whatever the number of rows.
/// </summary>
/// <remarks>
/// Shapes: x [*, inputs] → [*, outputs of the last layer]. Numerics: the same products as the composite form, in another
/// order of summation. Used for Float32 and Float64 on the CPU; elsewhere the composite form runs. Under autocast to BFloat16
/// on the CPU the factors of Float32 products are rounded, forward and backward, and all else stays Float32, the result too.
/// </remarks>
public static unsafe class FusedMlp
{
    private const int ToBFloat16 = 1 + (int)ElementType.BFloat16;

    /// <summary>Applies the layers in order.</summary>
    /// <exception cref="ArgumentException">There is no layer, or a layer does not fit the one before it.</exception>
    public static Tensor Apply(Tensor x, params ReadOnlySpan<DenseWeights> layers)
    {
        CheckShapes(x, layers);
        var autocast = NativeMethods.lt_get_mode((int)AutogradMode.AutocastCpu);    // 0, or 1 + the type
        if (x.Device.Type != DeviceType.Cpu || autocast is not (0 or ToBFloat16)) return Composite(x, layers);
        var rounds = autocast == ToBFloat16 && HaveType(layers, ElementType.Float32);
        if (rounds && x.ElementType == ElementType.BFloat16) x = x.To(ElementType.Float32);   // the product of an operator before
        if (!HaveType(layers, x.ElementType)) return Composite(x, layers);
        return x.ElementType switch
        {
            ElementType.Float32 when rounds && !BFloat16Gemm.IsAvailable => Composite(x, layers).To(ElementType.Float32),
            ElementType.Float32 => Fused<float>(x, layers, rounds),
            ElementType.Float64 => Fused<double>(x, layers, rounds: false),
            _ => Composite(x, layers),
        };
    }

    /// <summary>Whether a node that includes a perceptron can take these layers: on the CPU, all of one type, outside of autocast.</summary>
    internal static bool IsFused(Tensor x, ReadOnlySpan<DenseWeights> layers) =>
        x.Device.Type == DeviceType.Cpu && (x.ElementType is ElementType.Float32 or ElementType.Float64) && !Autograd.IsAutocasting(DeviceType.Cpu) && HaveType(layers, x.ElementType);

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static Tensor Composite(Tensor x, params ReadOnlySpan<DenseWeights> layers)
    {
        foreach (var layer in layers) x = layer.Activation.Apply(Tensor.Linear(x, layer.Mask is { } mask ? layer.Weight * mask.Values : layer.Weight, layer.Bias));
        return x;
    }

    private static Tensor Fused<T>(Tensor x, ReadOnlySpan<DenseWeights> layers, bool rounds) where T : unmanaged, INumberBase<T>
    {
        x = x.Dense();
        var rows = checked((int)x.Shape[..^1].Elements);
        Shape shape = [.. x.Shape.Slice(0, x.Rank - 1), layers[^1].Weight.Size(0)];

        Arena.Current.RequireScope(nameof(FusedMlp));
        using var scope = TensorScope.Open();
        var node = new NodeLayers(layers);
        var (inputs, saved) = (new Tensor?[1 + node.InputCount], new Tensor[3 + node.SavedCount]);
        Span<DenseLayer<T>> dense = stackalloc DenseLayer<T>[layers.Length];
        node.Arrange(layers, inputs.AsSpan(1), saved.AsSpan(3), dense);
        var y = Tensor.Uninitialized(shape, x.ElementType);
        var keptLength = MlpKernel.KeptLength<T>(rows, dense);
        var kept = Tensor.Uninitialized([keptLength + (rounds ? Words<T>(MlpKernel.RoundedLength<T>(rows, dense)) : 0)], x.ElementType);
        MlpKernel.Forward(rows, x.Pointer<T>(), dense, kept.Pointer<T>(), y.Pointer<T>(), rounds ? (BFloat16*)(kept.Pointer<T>() + keptLength) : null);
        (inputs[0], saved[0], saved[1], saved[2]) = (x, x, y, kept);
        Autograd.Attach(nameof(FusedMlp), inputs, [y], saved, context => Backward<T>(context, rows, node, rounds));
        return scope.Return(y);
    }

    private static void Backward<T>(BackwardContext context, int rows, NodeLayers node, bool rounds) where T : unmanaged, INumberBase<T>
    {
        if (context.OutputGradient(0) is not { } outputGradient) return;
        var (x, y, kept) = (context.Saved(0), context.Saved(1), context.Saved(2));
        var saved = context.AllSaved[3..];
        Span<DenseLayer<T>> layers = stackalloc DenseLayer<T>[node.Count];
        Span<DenseGradient<T>> gradients = stackalloc DenseGradient<T>[node.Count];
        node.Point(saved, layers);
        node.Make(context, 1, x.ElementType, gradients);
        var inputGradient = context.Make(0, x);
        var scratchLength = MlpKernel.ScratchLength<T>(rows, layers);
        var scratch = Tensor.Uninitialized([scratchLength + (rounds ? Words<T>(scratchLength) : 0)], x.ElementType);
        MlpKernel.Backward(rows, x.Pointer<T>(), layers, kept.Pointer<T>(), y.Pointer<T>(), outputGradient.Dense().Pointer<T>(),
            gradients, inputGradient is null ? null : inputGradient.Pointer<T>(), scratch.Pointer<T>(),
            rounds ? (BFloat16*)(kept.Pointer<T>() + MlpKernel.KeptLength<T>(rows, layers)) : null, rounds ? (BFloat16*)(scratch.Pointer<T>() + scratchLength) : null);
        node.Mask(saved, gradients);
    }

    /// <summary>How many elements of T take the room of so many rounded ones.</summary>
    private static long Words<T>(long rounded) where T : unmanaged => (rounded * sizeof(BFloat16) + sizeof(T) - 1) / sizeof(T);

    private static bool HaveType(ReadOnlySpan<DenseWeights> layers, ElementType type)
    {
        foreach (var layer in layers)
            if (layer.Weight.ElementType != type || (layer.Mask is { } m && m.Values.ElementType != type) || (layer.Bias is { } b && b.ElementType != type) || layer.Weight.Device.Type != DeviceType.Cpu) return false;
        return true;
    }

    private static void CheckShapes(Tensor x, ReadOnlySpan<DenseWeights> layers)
    {
        if (layers.IsEmpty) throw new ArgumentException("A perceptron needs at least one layer.", nameof(layers));
        if (x.Rank == 0) throw new ArgumentException($"x must be [*, inputs], not a scalar ({x.Summary}).", nameof(x));
        var width = x.Size(-1);
        for (var l = 0; l < layers.Length; l++)
        {
            var weight = layers[l].Weight.Shape;
            if (weight is not [var outputs, var inputs] || inputs != width)
                throw new ArgumentException($"Layer {l} gets {width} inputs{(l == 0 ? $" from x ({x.Summary})" : "")}, but its weight is {weight}; it must be [outputs, {width}].", nameof(layers));
            if (layers[l].Mask is { } mask && mask.Values.Shape != weight)
                throw new ArgumentException($"Layer {l} has a weight {weight}, but its mask is {mask.Values.Shape}; it must be of the weight's shape.", nameof(layers));
            if (layers[l].Bias is { } bias && !(bias.Shape is [var size] && size == outputs))
                throw new ArgumentException($"Layer {l} has {outputs} outputs, but its bias is {bias.Shape}; it must be [{outputs}].", nameof(layers));
            width = outputs;
        }
    }
}
