using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>x = log(1 + e^z), log|dx/dz| = log σ(z).</summary>
/// <remarks>
/// <para>Domain: all reals to the positive ones.</para>
/// <para>Numerics: as −log σ(−z), which keeps all digits on both sides; with t = log(1 − e^−x) the inverse is x + t and its
/// LogDet −t. An x that would round to 0 is the smallest normal number, with gradient 0.</para>
/// </remarks>
public sealed class Softplus : ElementwiseTransform
{
    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) =>
        (OpenInterval.Positive(-(-z).LogSigmoid()), z.LogSigmoid());

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var outside = (x <= 0).LogicalOr(x.IsInf());
        var inside = x.MaskedFill(outside, 1);
        var t = (-(-inside).ExpM1()).Log();
        return (inside + t, (-t).MaskedFill(outside, double.NegativeInfinity));
    }
}
