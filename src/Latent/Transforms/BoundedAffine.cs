using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Shifts and scales each number: x = μ + e^s z with s = c tanh(r/c), log|dx/dz| = s; the raw numbers are μ and r.</summary>
/// <remarks>
/// <para>Source: Dinh et al., Density estimation using Real NVP (2017), equations 7 and 8; Papamakarios et al., Masked autoregressive flow
/// (2017), equation 3.</para>
/// <para>Shapes: raw [*batch, 2].</para>
/// <para>Domain: all reals.</para>
/// <para>Deviation: MAF leaves s free. Bounded by c it is r near zero, but scales stay within e^±c, without which a step astray can
/// send the density of a few examples out of range.</para>
/// </remarks>
public sealed class BoundedAffine : ElementwiseTransform
{
    internal const double UsualBound = 5;

    /// <summary>μ and r from the last axis.</summary>
    /// <param name="raw">[*batch, 2].</param>
    /// <param name="bound">c.</param>
    /// <exception cref="ArgumentException">The last axis has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public BoundedAffine(Tensor raw, double bound = UsualBound) : base(raw.Shape[..^1].AsSpan())
    {
        if (raw.Shape is not [.., 2]) throw Arguments.Misshapen(raw, "[*batch, 2]", "The last axis holds μ and r.");
        (Raw, Bound) = (raw, Arguments.Positive(bound));
    }

    /// <summary>μ and r, [*batch, 2].</summary>
    public Tensor Raw { get; }

    /// <summary>c.</summary>
    public double Bound { get; }

    private Tensor Location => Raw.Select(-1, 0);

    private Tensor LogScale => Bounded(Raw.Select(-1, 1), Bound);

    /// <summary>c tanh(r/c).</summary>
    internal static Tensor Bounded(Tensor raw, double bound) => (raw * (1 / bound)).Tanh() * bound;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var logScale = LogScale;
        var x = Location + logScale.Exp() * z;
        return (x, logScale.Expand(x.Shape));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var logScale = -LogScale;
        var z = (x - Location) * logScale.Exp();
        return (z, logScale.Expand(z.Shape));
    }
}
