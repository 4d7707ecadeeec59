using Latent.Torch;
using Latent.Transforms.Kernels;

namespace Latent.Transforms;

/// <summary>
/// Shifts and scales coordinates of vectors by <see cref="BoundedAffine"/> and keeps the others, with the log-determinant, as one node of the
/// autograd graph: what an affine coupling or autoregressive layer does beside its network.
/// </summary>
/// <remarks>
/// <para>Shapes: value [*, D], raw [*, n, 2] → value [*, D], LogDet [*].</para>
/// <para>Used for Float32 and Float64 on the CPU where the leading axes are the same; elsewhere the composite form runs.</para>
/// </remarks>
public static unsafe class FusedAffine
{
    /// <summary>The mapped vectors and log|det|.</summary>
    /// <param name="value">z, or x.</param>
    /// <param name="raw">μ and r of the n coordinates from <paramref name="first"/> on.</param>
    /// <param name="bound">c, the bound on log-scales.</param>
    /// <param name="isForward">Whether x = μ + e^s z is computed, or z = (x − μ) e^−s.</param>
    /// <param name="first">The first coordinate that is mapped.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Value, Tensor LogDet) Map(Tensor value, Tensor raw, double bound, bool isForward, long first = 0)
    {
        if (raw.Shape is not [.., var n, 2] || value.Rank == 0 || first < 0 || first + n > value.Size(-1))
            throw Arguments.Misshapen(raw, "[*, n, 2]", $"There are two numbers for each of n coordinates of {value.Summary} from {first} on.");
        if (value.Device.Type != DeviceType.Cpu || raw.ElementType != value.ElementType || value.Shape[..^1] != raw.Shape[..^2]) return Composite(value, raw, bound, isForward, first);
        return value.ElementType switch
        {
            ElementType.Float32 => Fused<float>(value, raw, bound, isForward, first),
            ElementType.Float64 => Fused<double>(value, raw, bound, isForward, first),
            _ => Composite(value, raw, bound, isForward, first),
        };
    }

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static (Tensor Value, Tensor LogDet) Composite(Tensor value, Tensor raw, double bound, bool isForward, long first = 0)
    {
        var (affine, n) = (new BoundedAffine(raw, bound), raw.Size(-2));
        var part = value.Narrow(-1, first, n);
        var (mapped, logSlopes) = isForward ? affine.ForwardWithLogDet(part) : affine.InverseWithLogDet(part);
        var all = value.Expand([.. mapped.Shape[..^1], value.Size(-1)]);
        return (Tensor.Cat([all.Narrow(-1, 0, first), mapped, all.Narrow(-1, first + n, value.Size(-1) - first - n)], -1), logSlopes.Sum(-1));
    }

    private static (Tensor Value, Tensor LogDet) Fused<T>(Tensor value, Tensor raw, double bound, bool isForward, long first) where T : unmanaged
    {
        value = value.Dense();
        Arena.Current.RequireScope(nameof(FusedAffine));
        using var scope = TensorScope.Open();
        var shape = value.Shape;
        var segment = new AffineSegment(Count(shape[..^1]), Count(shape[^1..]), checked((int)first), checked((int)raw.Size(-2)));
        var (mapped, logDet) = (Tensor.Uninitialized(shape, value.ElementType), Tensor.Uninitialized(shape[..^1], value.ElementType));
        var kept = Tensor.Uninitialized([segment.Rows, 2, segment.Count], value.ElementType); // e^±s, and ds/dr
        using (Autograd.NoGrad())
        {
            var planes = raw.Transpose(-1, -2).Dense(); // no copy where a network put out [*, 2 n]
            AffineKernel.Map(segment, isForward, bound, value.Pointer<T>(), planes.Pointer<T>(), mapped.Pointer<T>(), logDet.Pointer<T>(), kept.Pointer<T>());
        }
        Autograd.Attach(nameof(FusedAffine), [value, raw], [mapped, logDet], [isForward ? value : mapped, kept], context => Backward<T>(context, segment, isForward));
        return (scope.Return(mapped), scope.Return(logDet));
    }

    private static void Backward<T>(BackwardContext context, AffineSegment segment, bool isForward) where T : unmanaged
    {
        var (factor, kept) = (context.Saved(0), context.Saved(1));
        var (ofValue, ofLogDet) = (context.OutputGradient(0)?.Dense(), context.OutputGradient(1)?.Dense());
        if (ofValue is null && ofLogDet is null) return;
        var gradient = context.Make(0, factor);
        var planes = Tensor.Uninitialized([.. factor.Shape[..^1], 2, segment.Count], factor.ElementType);
        AffineKernel.Backward(segment, isForward, factor.Pointer<T>(), kept.Pointer<T>(), ofValue is null ? null : ofValue.Pointer<T>(), ofLogDet is null ? null : ofLogDet.Pointer<T>(),
            gradient is null ? null : gradient.Pointer<T>(), planes.Pointer<T>());
        if (context.Needs(1)) context.Set(1, planes.Transpose(-1, -2));
    }

    private static int Count(Shape sizes) => checked((int)sizes.Elements);
}
