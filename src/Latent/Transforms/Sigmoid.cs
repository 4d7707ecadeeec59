using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>x = σ(z) = 1/(1 + e^−z), log|dx/dz| = log σ(z) + log σ(−z); its inverse is the logit, z = log x − log(1 − x).</summary>
/// <remarks>
/// <para>Domain: all reals to (0, 1).</para>
/// <para>Numerics: an x that would round to 0 or 1 is the nearest normal number between, with gradient 0; LogDet comes from z,
/// which does not round.</para>
/// </remarks>
public sealed class Sigmoid : ElementwiseTransform
{
    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) =>
        (OpenInterval.Unit(z.Sigmoid()), z.LogSigmoid() + (-z).LogSigmoid());

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var outside = (x <= 0).LogicalOr(x >= 1);
        var inside = x.MaskedFill(outside, 0.5);
        var (logX, logRest) = (inside.Log(), (-inside).Log1P());
        return (logX - logRest, (-(logX + logRest)).MaskedFill(outside, double.NegativeInfinity));
    }
}
