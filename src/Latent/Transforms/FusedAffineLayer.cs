using System.Numerics;
using Latent.Torch;
using Latent.Torch.Kernels;
using Latent.Transforms.Kernels;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Latent.Transforms;

/// <summary>
/// An affine coupling or autoregressive layer as one node of the autograd graph: a perceptron of some coordinates and, by its outputs,
/// the <see cref="BoundedAffine"/> map of some, with the log-determinant.
/// </summary>
/// <remarks>
/// <para>Shapes: value [*, D] → value [*, D], LogDet [*]. The perceptron's outputs are n numbers μ and then n numbers r.</para>
/// <para>Used for Float32 and Float64 on the CPU outside of autocast; elsewhere the composite form runs.</para>
/// </remarks>
internal static unsafe class FusedAffineLayer
{
    /// <summary>The mapped vectors and log|det|.</summary>
    /// <param name="value">z, or x.</param>
    /// <param name="layers">The perceptron, which must not see what depends on it: each coordinate's numbers come from others.</param>
    /// <param name="bound">c, the bound on log-scales.</param>
    /// <param name="isForward">Whether x = μ + e^s z is computed, or z = (x − μ) e^−s.</param>
    /// <param name="firstInput">The first coordinate that the perceptron sees.</param>
    /// <param name="first">The first coordinate that is mapped.</param>
    public static (Tensor Value, Tensor LogDet) Apply(Tensor value, ReadOnlySpan<DenseWeights> layers, double bound, bool isForward, long firstInput = 0, long first = 0)
    {
        if (!FusedMlp.IsFused(value, layers)) return Composite(value, layers, bound, isForward, firstInput, first);
        return value.ElementType == ElementType.Float32
            ? Fused<float>(value, layers, bound, isForward, firstInput, first)
            : Fused<double>(value, layers, bound, isForward, firstInput, first);
    }

    /// <summary>The same function from its parts: the reference that the fused form is tested against.</summary>
    public static (Tensor Value, Tensor LogDet) Composite(Tensor value, ReadOnlySpan<DenseWeights> layers, double bound, bool isForward, long firstInput = 0, long first = 0)
    {
        var raw = FusedMlp.Apply(value.Narrow(-1, firstInput, layers[0].Weight.Size(1)), layers);
        return FusedAffine.Map(value, raw.Unflatten(-1, 2, raw.Size(-1) / 2).Transpose(-1, -2), bound, isForward, first);
    }

    private static (Tensor Value, Tensor LogDet) Fused<T>(Tensor value, ReadOnlySpan<DenseWeights> layers, double bound, bool isForward, long firstInput, long first) where T : unmanaged, INumberBase<T>
    {
        value = value.Dense();
        Arena.Current.RequireScope(nameof(FusedAffineLayer));
        using var scope = TensorScope.Open();
        var node = new NodeLayers(layers);
        var (inputs, saved) = (new Tensor?[1 + node.InputCount], new Tensor[3 + node.SavedCount]);
        Span<DenseLayer<T>> dense = stackalloc DenseLayer<T>[layers.Length];
        node.Arrange(layers, inputs.AsSpan(1), saved.AsSpan(3), dense);

        var (shape, type) = (value.Shape, value.ElementType);
        var segment = new AffineSegment(Count(shape[..^1]), Count(shape[^1..]), checked((int)first), dense[^1].Outputs / 2);
        var columns = new Columns(checked((int)firstInput), dense[0].Inputs);
        var (mapped, logDet) = (Tensor.Uninitialized(shape, type), Tensor.Uninitialized(shape[..^1], type));
        var at = Kept.Of<T>(segment, columns, dense);
        var kept = Tensor.Uninitialized([at.Length], type);
        T* x = value.Pointer<T>(), memory = kept.Pointer<T>();
        var seen = columns.Count == segment.Columns ? x : memory + at.Input;
        if (seen != x)
            for (var row = 0; row < segment.Rows; row++) columns.Of(x, row, segment).CopyTo(new(seen + (nint)row * columns.Count, columns.Count));
        MlpKernel.Forward(segment.Rows, seen, dense, memory, memory + at.Raw);
        AffineKernel.Map(segment, isForward, bound, x, memory + at.Raw, mapped.Pointer<T>(), logDet.Pointer<T>(), memory + at.Slopes);
        (inputs[0], saved[0], saved[1], saved[2]) = (value, value, isForward ? value : mapped, kept);
        Autograd.Attach(nameof(FusedAffineLayer), inputs, [mapped, logDet], saved, context => Backward<T>(context, node, segment, columns, isForward));
        return (scope.Return(mapped), scope.Return(logDet));
    }

    private static void Backward<T>(BackwardContext context, NodeLayers node, AffineSegment segment, Columns columns, bool isForward) where T : unmanaged, INumberBase<T>
    {
        var (ofValue, ofLogDet) = (context.OutputGradient(0)?.Dense(), context.OutputGradient(1)?.Dense());
        if (ofValue is null && ofLogDet is null) return;
        var (value, factor, kept) = (context.Saved(0), context.Saved(1), context.Saved(2));
        var saved = context.AllSaved[3..];
        Span<DenseLayer<T>> layers = stackalloc DenseLayer<T>[node.Count];
        Span<DenseGradient<T>> gradients = stackalloc DenseGradient<T>[node.Count];
        node.Point(saved, layers);
        node.Make(context, 1, value.ElementType, gradients);
        var gradient = context.Make(0, value);

        var at = Kept.Of<T>(segment, columns, layers);
        T* x = value.Pointer<T>(), memory = kept.Pointer<T>(), ofX = gradient is null ? null : gradient.Pointer<T>();
        var (scratchLength, rawLength) = (MlpKernel.ScratchLength<T>(segment.Rows, layers), 2L * segment.Rows * segment.Count);
        using var scratch = new AlignedMemory<T>(scratchLength + rawLength + (long)segment.Rows * columns.Count);
        T* ofRaw = scratch.Pointer + scratchLength, ofSeen = ofRaw + rawLength;
        AffineKernel.Backward(segment, isForward, factor.Pointer<T>(), memory + at.Slopes, ofValue is null ? null : ofValue.Pointer<T>(), ofLogDet is null ? null : ofLogDet.Pointer<T>(), ofX, ofRaw);
        MlpKernel.Backward(segment.Rows, columns.Count == segment.Columns ? x : memory + at.Input, layers, memory, memory + at.Raw, ofRaw, gradients, ofX == null ? null : ofSeen, scratch.Pointer);
        node.Mask(saved, gradients);
        if (ofX == null) return;
        for (var row = 0; row < segment.Rows; row++)
        {
            var sum = columns.Of(ofX, row, segment);
            TensorPrimitives.Add(sum, new ReadOnlySpan<T>(ofSeen + (nint)row * columns.Count, columns.Count), sum);
        }
    }

    private static int Count(Shape sizes) => checked((int)sizes.Elements);

    /// <summary>The coordinates that the perceptron sees.</summary>
    private readonly record struct Columns(int First, int Count)
    {
        /// <summary>Those of a row of a matrix.</summary>
        public Span<T> Of<T>(T* matrix, int row, in AffineSegment segment) where T : unmanaged => new(matrix + (nint)row * segment.Columns + First, Count);
    }

    /// <summary>Where the backward pass finds what forward kept: first the perceptron's activations, then these; the input only if it is a part of the coordinates.</summary>
    private readonly record struct Kept(long Raw, long Slopes, long Input, long Length)
    {
        public static Kept Of<T>(in AffineSegment segment, in Columns columns, ReadOnlySpan<DenseLayer<T>> layers) where T : unmanaged
        {
            var raw = MlpKernel.KeptLength(segment.Rows, layers);
            var slopes = raw + 2L * segment.Rows * segment.Count;
            var input = slopes + 2L * segment.Rows * segment.Count;
            return new(raw, slopes, input, input + (columns.Count == segment.Columns ? 0 : (long)segment.Rows * columns.Count));
        }
    }
}
