using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// The preprocessing of numbers in [0, 1], z = logit(α + (1 − 2α) x); as all transforms it is generative,
/// x = (σ(z) − α) / (1 − 2α), log|dx/dz| = log σ(z) + log σ(−z) − log(1 − 2α).
/// </summary>
/// <remarks>
/// <para>Source: Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP (2017), section 4.1; α keeps z finite at 0 and 1.</para>
/// <para>Domain: all reals to (−α / (1 − 2α), (1 − α) / (1 − 2α)), within which [0, 1] lies where α is above 0.</para>
/// <para>Numerics: α + (1 − 2α)(1 − x) is taken from 1 − x, not from 1 minus the other, so that both ends keep their digits. An x that
/// would round to an end of the image is moved inside by a few roundings, with gradient 0.</para>
/// </remarks>
public sealed class Logit : ElementwiseTransform
{
    private readonly double alpha;

    /// <summary>α = <paramref name="alpha"/>: 0.05 and 1e-6 are usual.</summary>
    /// <exception cref="ArgumentOutOfRangeException">α is not in [0, ½).</exception>
    public Logit(double alpha) => this.alpha = alpha is >= 0 and < 0.5
        ? alpha
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α keeps numbers in [0, 1] from the ends; it lies in [0, 0.5), such as 0.05.");

    private double Width => 1 - 2 * alpha;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var p = z.Sigmoid();
        if (alpha == 0) p = OpenInterval.Unit(p);
        else
        {
            var margin = 4 * OpenInterval.Resolution(z.ElementType);
            p = p.Clamp(margin, 1 - margin);
        }
        return ((p - alpha) / Width, z.LogSigmoid() + (-z).LogSigmoid() - Math.Log(Width));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var (p, rest) = (alpha + Width * x, alpha + Width * (1 - x));
        var outside = (p <= 0).LogicalOr(rest <= 0);
        var (logP, logRest) = (p.MaskedFill(outside, 0.5).Log(), rest.MaskedFill(outside, 0.5).Log());
        return (logP - logRest, (Math.Log(Width) - (logP + logRest)).MaskedFill(outside, double.NegativeInfinity));
    }
}
