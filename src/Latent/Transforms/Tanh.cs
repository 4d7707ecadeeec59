using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>x = tanh z, log|dx/dz| = log(1 − tanh² z) = log 4 + log σ(2z) + log σ(−2z).</summary>
/// <remarks>
/// <para>Domain: all reals to (−1, 1).</para>
/// <para>Numerics: an x that would round to ±1 is the nearest number between, with gradient 0; LogDet comes from z, which does
/// not round.</para>
/// </remarks>
public sealed class Tanh : ElementwiseTransform
{
    private const double Log4 = 1.38629436111989061883;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var largest = 1 - OpenInterval.Resolution(z.ElementType) / 2;
        var twice = z * 2;
        return (z.Tanh().Clamp(-largest, largest), twice.LogSigmoid() + (-twice).LogSigmoid() + Log4);
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var outside = x.Abs() >= 1;
        var inside = x.MaskedFill(outside, 0);
        var (above, below) = (inside.Log1P(), (-inside).Log1P()); // log(1 + x), log(1 − x)
        return ((above - below) * 0.5, (-(above + below)).MaskedFill(outside, double.NegativeInfinity));
    }
}
