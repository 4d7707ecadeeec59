using System.Numerics;
using Latent.Torch.Kernels;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// A layer of the gated PixelCNN as one node of the autograd graph. With gate(a) = tanh(a₁) σ(a₂) of the halves of a's channels, a vertical stack
/// a = Wv ⋆ v + b, v' = gate(a), and a horizontal one h' = (h +) Wo gate(Wh [h of the row, a of the row above] + b') + b''.
/// </summary>
/// <remarks>
/// <para>Source: van den Oord et al. 2016, Conditional image generation with PixelCNN decoders, figure 2 and equation 2.</para>
/// <para>Shapes: v and h [B, H, W, Ci], condition [1 or B, 1 or H W, 4 C] → v' and h' [B, H, W, C]. Channels are last, so that convolutions are products of
/// gathered rows; of the kernels only what the masks leave is there.</para>
/// <para>Numerics: the same products as the composite form, in another order of summation. Used for Float32 and Float64 on the CPU; elsewhere the
/// composite form runs. Under autocast to BFloat16 on the CPU the factors of Float32 products are rounded, forward and backward, and all else
/// stays Float32.</para>
/// </remarks>
public static unsafe class FusedGatedConvolution
{
    private const int ToBFloat16 = 1 + (int)ElementType.BFloat16;

    /// <summary>The layer's two outputs.</summary>
    /// <param name="v">The vertical stack's features.</param>
    /// <param name="h">The horizontal stack's features.</param>
    /// <param name="layer">The parameters.</param>
    /// <param name="condition">What is added to a and to the horizontal stack's counterpart, 2 C channels each; the same for all images if its first axis is 1, for all pixels if its second is. Null for nothing.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static (Tensor V, Tensor H) Apply(Tensor v, Tensor h, GatedConvolution layer, Tensor? condition = null)
    {
        CheckShapes(v, h, layer, condition);
        var autocast = NativeMethods.lt_get_mode((int)AutogradMode.AutocastCpu);    // 0, or 1 + the type
        var type = layer.Vertical.ElementType;
        var isAlike = v.Device.Type == DeviceType.Cpu && v.ElementType == type && h.ElementType == type && (condition is null || condition.ElementType == type);
        return (type, autocast) switch
        {
            (ElementType.Float32, 0) when isAlike => Fused<float, float>(v, h, layer, condition),
            (ElementType.Float32, ToBFloat16) when isAlike && BFloat16Gemm.IsAvailable => Fused<float, BFloat16>(v, h, layer, condition),
            (ElementType.Float64, _) when isAlike => Fused<double, double>(v, h, layer, condition),
            _ => Composite(v, h, layer, condition),
        };
    }

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static (Tensor V, Tensor H) Composite(Tensor v, Tensor h, GatedConvolution layer, Tensor? condition = null)
    {
        var (height, width, channels) = (v.Size(1), v.Size(2), layer.Output.Size(0));
        var margin = layer.Columns / 2;
        var padded = v.ConstantPadNd([0, 0, margin, margin, layer.Rows - 1, 0]);
        var covered = Enumerable.Range(0, layer.Rows * layer.Columns).Select(tap => padded.Narrow(1, tap / layer.Columns, height).Narrow(2, tap % layer.Columns, width));
        var a = Tensor.Linear(Tensor.Cat([.. covered], -1), layer.Vertical, layer.VerticalBias); // [B, H, W, 2 C]
        if (condition is not null) a += PerPixel(condition.Slice(-1, 0, 2 * channels));
        padded = h.ConstantPadNd([0, 0, margin, 0]);
        var above = a.ConstantPadNd([0, 0, 0, 0, 1, 0]).Narrow(1, 0, height);
        covered = Enumerable.Range(0, layer.Taps).Select(tap => padded.Narrow(2, tap, width));
        var b = Tensor.Linear(Tensor.Cat([.. covered, above.To(padded.ElementType)], -1), layer.Horizontal, layer.HorizontalBias);
        if (condition is not null) b += PerPixel(condition.Slice(-1, 2 * channels));
        var output = Tensor.Linear(Gate(b), layer.Output, layer.OutputBias); // [B, H, W, C]
        return (Gate(a), layer.IsResidual ? h + output : output);

        Tensor Gate(Tensor x) => x.Slice(-1, 0, channels).Tanh() * x.Slice(-1, channels).Sigmoid();
        Tensor PerPixel(Tensor c) => c.Size(1) == 1 ? c.Unsqueeze(1) : c.Unflatten(1, height, width);
    }

    private static (Tensor V, Tensor H) Fused<T, TFactor>(Tensor v, Tensor h, GatedConvolution layer, Tensor? condition) where T : unmanaged, INumberBase<T> where TFactor : unmanaged
    {
        Arena.Current.RequireScope(nameof(FusedGatedConvolution));
        using var scope = TensorScope.Open();
        (v, h, condition) = (v.Contiguous(), h.Contiguous(), condition?.Contiguous());
        Tensor[] parameters = [layer.Vertical, layer.VerticalBias, layer.Horizontal, layer.HorizontalBias, layer.Output, layer.OutputBias];
        Tensor[] contiguous = [.. parameters.Select(p => p.Contiguous())];
        var geometry = new GatedConvolutionShape(v.Shape, layer, condition?.Shape);
        var (outputV, outputH) = (Tensor.Uninitialized(geometry.Features, v.ElementType), Tensor.Uninitialized(geometry.Features, v.ElementType));
        var (a, b) = (Tensor.Uninitialized(geometry.Gates, v.ElementType), Tensor.Uninitialized(geometry.Gates, v.ElementType)); // before the gates
        GatedConvolutionKernel<T, TFactor>.Forward(
            geometry, Weights<T>(contiguous), v.Pointer<T>(), h.Pointer<T>(), condition is null ? null : condition.Pointer<T>(),
            a.Pointer<T>(), b.Pointer<T>(), outputV.Pointer<T>(), outputH.Pointer<T>());
        Autograd.Attach(nameof(FusedGatedConvolution), [v, h, .. parameters, condition], [outputV, outputH], [v, h, a, b, .. contiguous], context => Backward<T, TFactor>(context, geometry));
        return (scope.Return(outputV), scope.Return(outputH));
    }

    private static void Backward<T, TFactor>(BackwardContext context, GatedConvolutionShape geometry) where T : unmanaged, INumberBase<T> where TFactor : unmanaged
    {
        var (gradientV, gradientH) = (context.OutputGradient(0)?.Contiguous(), context.OutputGradient(1)?.Contiguous());
        var (v, h, a, b) = (context.Saved(0), context.Saved(1), context.Saved(2), context.Saved(3));
        var (weights, gradients) = (new Tensor[6], new Tensor[6]);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = context.Saved(4 + i);
            gradients[i] = weights[i].ZerosLike();
            context.Set(2 + i, gradients[i]);
        }
        var (inputV, inputH) = (context.Make(0, v), context.Make(1, h));
        var condition = geometry.Conditions > 0 && context.Needs(8) ? Tensor.Zeros(geometry.Condition, dtype: v.ElementType) : null;
        if (condition is not null) context.Set(8, condition);
        GatedConvolutionKernel<T, TFactor>.Backward(
            geometry, Weights<T>(weights), v.Pointer<T>(), h.Pointer<T>(), a.Pointer<T>(), b.Pointer<T>(), PointerOrNull<T>(gradientV), PointerOrNull<T>(gradientH),
            Weights<T>(gradients), PointerOrNull<T>(inputV), PointerOrNull<T>(inputH), PointerOrNull<T>(condition));
    }

    private static GatedConvolutionWeights<T> Weights<T>(Tensor[] tensors) where T : unmanaged => new(
        tensors[0].Pointer<T>(), tensors[1].Pointer<T>(), tensors[2].Pointer<T>(), tensors[3].Pointer<T>(), tensors[4].Pointer<T>(), tensors[5].Pointer<T>());

    private static T* PointerOrNull<T>(Tensor? tensor) where T : unmanaged => tensor is null ? null : tensor.Pointer<T>();

    private static void CheckShapes(Tensor v, Tensor h, GatedConvolution layer, Tensor? condition)
    {
        if (v.Shape is not [var batch, var height, var width, var inputs]) throw new ArgumentException($"v must be [B, H, W, Ci], not {v.Shape}: bring the channels to the last axis.", nameof(v));
        if (h.Shape != v.Shape) throw new ArgumentException($"h is {h.Shape}; it must have v's shape, {v.Shape}.", nameof(h));
        var channels = layer.Output.Shape[0];
        var before = layer.Columns / 2;
        if (layer.Rows < 1 || layer.Columns % 2 == 0 || layer.Taps < 1 || layer.Taps > before + 1)
            throw new ArgumentException($"A kernel of {layer.Rows} rows, {layer.Columns} columns and {layer.Taps} pixels of the row is none: columns are odd, and of the row 1 to {before + 1} count.", nameof(layer));
        Require(layer.Vertical, [2 * channels, layer.Rows * layer.Columns * inputs], nameof(layer.Vertical));
        Require(layer.VerticalBias, [2 * channels], nameof(layer.VerticalBias));
        Require(layer.Horizontal, [2 * channels, layer.Taps * inputs + 2 * channels], nameof(layer.Horizontal));
        Require(layer.HorizontalBias, [2 * channels], nameof(layer.HorizontalBias));
        Require(layer.Output, [channels, channels], nameof(layer.Output));
        Require(layer.OutputBias, [channels], nameof(layer.OutputBias));
        if (layer.IsResidual && inputs != channels) throw new ArgumentException($"h has {inputs} channels and the layer {channels}, so that h cannot be added to its output.", nameof(layer));
        if (condition is not null) Require(condition, [condition.Rank == 3 && condition.Size(0) == 1 ? 1 : batch, condition.Rank == 3 && condition.Size(1) == 1 ? 1 : height * width, 4 * channels], nameof(condition));
    }

    private static void Require(Tensor tensor, Shape expected, string name)
    {
        if (tensor.Shape != expected) throw new ArgumentException($"{name} is {tensor.Shape}, but must be {expected} there.", name);
    }
}
