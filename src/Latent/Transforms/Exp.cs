using Latent.Torch;

namespace Latent.Transforms;

/// <summary>x = e^z, log|dx/dz| = z.</summary>
/// <remarks>
/// <para>Domain: all reals to the positive ones.</para>
/// <para>Numerics: an x that would round to 0 or overflow is held at e^∓708 (single precision: 87; half: 9.7), with gradient 0.</para>
/// </remarks>
public sealed class Exp : ElementwiseTransform
{
    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var limit = z.ElementType switch
        {
            ElementType.Float64 => 708,
            ElementType.Float32 or ElementType.BFloat16 => 87,
            _ => 9.7, // Float16
        };
        return (z.Clamp(-limit, limit).Exp(), z);
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var outside = (x <= 0).LogicalOr(x.IsInf());
        var z = x.MaskedFill(outside, 1).Log();
        return (z, (-z).MaskedFill(outside, double.NegativeInfinity));
    }
}
