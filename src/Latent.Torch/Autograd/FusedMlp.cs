using System.Numerics;
using System.Numerics.Tensors;
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

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static Tensor Composite(Tensor x, params ReadOnlySpan<DenseWeights> layers)
    {
        foreach (var layer in layers) x = layer.Activation.Apply(Tensor.Linear(x, layer.Mask is { } mask ? layer.Weight * mask : layer.Weight, layer.Bias));
        return x;
    }

    private static Tensor Fused<T>(Tensor x, ReadOnlySpan<DenseWeights> layers, bool rounds) where T : unmanaged, INumberBase<T>
    {
        x = x.Dense();
        var rows = checked((int)x.Shape[..^1].Elements);
        Shape shape = [.. x.Shape.Slice(0, x.Rank - 1), layers[^1].Weight.Size(0)];

        Arena.Current.RequireScope(nameof(FusedMlp));
        using var scope = TensorScope.Open();
        var (inputs, saved, activations) = Arrange<T>(x, layers);
        var masked = MaskedLayers(layers);
        var dense = stackalloc DenseLayer<T>[layers.Length];
        Point(layers.Length, activations, saved, dense);
        var span = new ReadOnlySpan<DenseLayer<T>>(dense, layers.Length);
        var y = Tensor.Uninitialized(shape, x.ElementType);
        var keptLength = MlpKernel.KeptLength(rows, span);
        var kept = Tensor.Uninitialized([keptLength + (rounds ? Words<T>(MlpKernel.RoundedLength(rows, span)) : 0)], x.ElementType);
        MlpKernel.Forward(rows, x.Pointer<T>(), span, kept.Pointer<T>(), y.Pointer<T>(), rounds ? (BFloat16*)(kept.Pointer<T>() + keptLength) : null);
        (saved[0], saved[1], saved[2]) = (x, y, kept);
        Autograd.Attach(nameof(FusedMlp), inputs, [y], saved, context => Backward<T>(context, rows, activations, masked, rounds));
        return scope.Return(y);
    }

    private static void Backward<T>(BackwardContext context, int rows, Activation[] activations, int[] masked, bool rounds) where T : unmanaged, INumberBase<T>
    {
        if (context.OutputGradient(0) is not { } outputGradient) return;
        var count = activations.Length;
        var saved = new Tensor[3 + 3 * count];
        for (var i = 0; i < saved.Length; i++) saved[i] = context.Saved(i);
        var (x, y, kept) = (saved[0], saved[1], saved[2]);

        var dense = stackalloc DenseLayer<T>[count];
        Point(count, activations, saved, dense);
        var layers = new ReadOnlySpan<DenseLayer<T>>(dense, count);
        var gradients = stackalloc DenseGradient<T>[count];
        for (var l = 0; l < count; l++)
        {
            var weight = context.Make(1 + 2 * l, saved[3 + 3 * l]);
            var bias = context.Make(2 + 2 * l, saved[4 + 3 * l]);
            gradients[l] = new(weight is null ? null : weight.Pointer<T>(), bias is null ? null : bias.Pointer<T>());
        }
        var inputGradient = context.Make(0, x);
        var scratchLength = MlpKernel.ScratchLength(rows, layers);
        var scratch = Tensor.Uninitialized([scratchLength + (rounds ? Words<T>(scratchLength) : 0)], x.ElementType);
        MlpKernel.Backward(rows, x.Pointer<T>(), layers, kept.Pointer<T>(), y.Pointer<T>(), outputGradient.Dense().Pointer<T>(),
            new ReadOnlySpan<DenseGradient<T>>(gradients, count), inputGradient is null ? null : inputGradient.Pointer<T>(), scratch.Pointer<T>(),
            rounds ? (BFloat16*)(kept.Pointer<T>() + MlpKernel.KeptLength(rows, layers)) : null, rounds ? (BFloat16*)(scratch.Pointer<T>() + scratchLength) : null);
        foreach (var l in masked)
            if (gradients[l].Weight != null) Masked(gradients[l].Weight, saved[5 + 3 * l].AsSpan<T>(), gradients[l].Weight);
    }

    /// <summary>W ∘ M.</summary>
    private static void Masked<T>(T* weight, ReadOnlySpan<T> mask, T* result) where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.Multiply(new(weight, mask.Length), mask, new(result, mask.Length));

    private static Tensor Masked<T>(Tensor weight, Tensor mask) where T : unmanaged, INumberBase<T>
    {
        var masked = Tensor.Uninitialized(weight.Shape, weight.ElementType);
        Masked(weight.Pointer<T>(), mask.AsSpan<T>(), masked.Pointer<T>());
        return masked;
    }

    /// <summary>The numbers of the layers that have a mask.</summary>
    private static int[] MaskedLayers(ReadOnlySpan<DenseWeights> layers)
    {
        var masked = new List<int>(layers.Length);
        for (var l = 0; l < layers.Length; l++)
            if (layers[l].Mask is not null) masked.Add(l);
        return [.. masked];
    }

    /// <summary>How many elements of T take the room of so many rounded ones.</summary>
    private static long Words<T>(long rounded) where T : unmanaged => (rounded * sizeof(BFloat16) + sizeof(T) - 1) / sizeof(T);

    /// <summary>
    /// The node's inputs (x, W₁, b₁, W₂, …; null where there is no bias) and what it saves (x, y, kept, W₁ ∘ M₁, b₁, M₁, …; where
    /// there is no bias, or no mask, the one before it stands).
    /// </summary>
    private static (Tensor?[] Inputs, Tensor[] Saved, Activation[] Activations) Arrange<T>(Tensor x, ReadOnlySpan<DenseWeights> layers) where T : unmanaged, INumberBase<T>
    {
        var inputs = new Tensor?[1 + 2 * layers.Length];
        var saved = new Tensor[3 + 3 * layers.Length];
        var activations = new Activation[layers.Length];
        inputs[0] = x;
        for (var l = 0; l < layers.Length; l++)
        {
            var (weight, bias, mask) = (layers[l].Weight.Dense(), layers[l].Bias?.Dense(), layers[l].Mask?.Dense());
            (inputs[1 + 2 * l], inputs[2 + 2 * l]) = (layers[l].Weight, layers[l].Bias);
            saved[3 + 3 * l] = mask is null ? weight : Masked<T>(weight, mask);
            saved[4 + 3 * l] = bias ?? saved[3 + 3 * l];
            saved[5 + 3 * l] = mask ?? saved[4 + 3 * l];
            activations[l] = layers[l].Activation;
        }
        return (inputs, saved, activations);
    }

    private static void Point<T>(int count, Activation[] activations, Tensor[] saved, DenseLayer<T>* layers) where T : unmanaged
    {
        for (var l = 0; l < count; l++)
        {
            var (weight, bias) = (saved[3 + 3 * l], saved[4 + 3 * l]);
            var hasBias = bias.Rank == 1;
            layers[l] = new((int)weight.Size(1), (int)weight.Size(0), weight.Pointer<T>(), hasBias ? bias.Pointer<T>() : null, activations[l]);
        }
    }

    private static bool HaveType(ReadOnlySpan<DenseWeights> layers, ElementType type)
    {
        foreach (var layer in layers)
            if (layer.Weight.ElementType != type || (layer.Mask is { } m && m.ElementType != type) || (layer.Bias is { } b && b.ElementType != type) || layer.Weight.Device.Type != DeviceType.Cpu) return false;
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
            if (layers[l].Mask is { } mask && mask.Shape != weight)
                throw new ArgumentException($"Layer {l} has a weight {weight}, but its mask is {mask.Shape}; it must be of the weight's shape.", nameof(layers));
            if (layers[l].Bias is { } bias && !(bias.Shape is [var size] && size == outputs))
                throw new ArgumentException($"Layer {l} has {outputs} outputs, but its bias is {bias.Shape}; it must be [{outputs}].", nameof(layers));
            width = outputs;
        }
    }
}
