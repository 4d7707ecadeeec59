using System.Numerics;
using Latent.Torch;
using Latent.Transforms.Kernels;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Latent.Transforms;

/// <summary>The log-density of a flow from what its transforms give, log N(z; 0, I) + Σ log|det|, as one node of the autograd graph.</summary>
/// <remarks>
/// <para>Shapes: z [*, D], log-determinants [*] → [*].</para>
/// <para>Domain: where the sum of log-determinants is −∞ so is the density, with gradient 0, whatever z is.</para>
/// <para>Used for Float32 and Float64 on the CPU where all leading axes are the same; elsewhere the composite form runs.</para>
/// </remarks>
internal static unsafe class FusedStandardNormal
{
    /// <summary>The log-density.</summary>
    /// <param name="z">z.</param>
    /// <param name="logDets">Each transform's, at least one.</param>
    public static Tensor LogProb(Tensor z, ReadOnlySpan<Tensor> logDets)
    {
        var isFused = z.Device.Type == DeviceType.Cpu;
        foreach (var logDet in logDets) isFused &= logDet.ElementType == z.ElementType && logDet.Shape == z.Shape[..^1];
        return z.ElementType switch
        {
            ElementType.Float32 when isFused => Fused<float>(z, logDets),
            ElementType.Float64 when isFused => Fused<double>(z, logDets),
            _ => Composite(z, logDets),
        };
    }

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static Tensor Composite(Tensor z, ReadOnlySpan<Tensor> logDets)
    {
        var total = logDets[0];
        foreach (var logDet in logDets[1..]) total += logDet;
        return Transformed.Joined(Distributions.DiagonalNormal.Standard(z.Size(-1), z.ElementType, z.Device).LogProb(z), total);
    }

    private static Tensor Fused<T>(Tensor z, ReadOnlySpan<Tensor> logDets) where T : unmanaged, IFloatingPointIeee754<T>
    {
        z = z.Dense();
        Arena.Current.RequireScope(nameof(FusedStandardNormal));
        using var scope = TensorScope.Open();
        var logProb = Tensor.Uninitialized(z.Shape[..^1], z.ElementType);
        var (rows, dimensions) = (checked((int)logProb.Elements), checked((int)z.Size(-1)));
        var total = logProb.AsSpan<T>();
        logDets[0].Dense().AsSpan<T>().CopyTo(total);
        foreach (var logDet in logDets[1..]) TensorPrimitives.Add(total, logDet.Dense().AsSpan<T>(), total);
        StandardNormalKernel.Add(rows, dimensions, z.Pointer<T>(), logProb.Pointer<T>());
        var terms = logDets.Length;
        Autograd.Attach(nameof(FusedStandardNormal), [z, .. logDets], [logProb], [z, logProb], context => Backward<T>(context, rows, dimensions, terms));
        return scope.Return(logProb);
    }

    private static void Backward<T>(BackwardContext context, int rows, int dimensions, int terms) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (context.OutputGradient(0)?.Dense() is not { } gradient) return;
        var (z, logProb) = (context.Saved(0), context.Saved(1));
        var (ofZ, ofTerm) = (Tensor.Uninitialized(z.Shape, z.ElementType), Tensor.Uninitialized(logProb.Shape, z.ElementType));
        StandardNormalKernel.Backward(rows, dimensions, z.Pointer<T>(), logProb.Pointer<T>(), gradient.Pointer<T>(), ofZ.Pointer<T>(), ofTerm.Pointer<T>());
        if (context.Needs(0)) context.Set(0, ofZ);
        for (var i = 1; i <= terms; i++)
            if (context.Needs(i)) context.Set(i, ofTerm);
    }
}
