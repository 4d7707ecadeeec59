using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The density proportional to λ^x (1 − λ)^(1 − x) on the unit interval, which makes a density of a Bernoulli likelihood for
/// grey values: with the logit l = log(λ / (1 − λ)) and h = l/2, log p(x) = (x − ½) l − log(sinh h / h).
/// </summary>
/// <remarks>
/// <para>Source: Loaiza-Ganem and Cunningham, The continuous Bernoulli: fixing a pervasive error in variational autoencoders
/// (2019).</para>
/// <para>Shapes: l is [*batch]; events are scalars.</para>
/// <para>Domain: x in [0, 1], outside which log p is −∞.</para>
/// <para>Numerics: log(sinh h / h) and its derivative are Taylor series where |h| &lt; 0.1, and free of overflow elsewhere.</para>
/// <para>Deviation: the paper writes the constant in λ, 2 artanh(1 − 2λ) / (1 − 2λ), which loses digits as λ nears 0 or 1; in
/// logits it is an even function that needs a series around 0 only.</para>
/// </remarks>
public sealed class ContinuousBernoulli : Distribution
{
    private const double Near = 0.1;

    /// <summary>The density proportional to e^(l x), l = <paramref name="logits"/>, on [0, 1].</summary>
    public ContinuousBernoulli(Tensor logits) : base(logits.Shape, []) => Logits = logits;

    /// <summary>l; positive leans towards 1.</summary>
    public Tensor Logits { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <summary>½ + (coth h − 1/h)/2, [*batch]: not λ.</summary>
    public override Tensor Mean => HalfLangevin(Logits * 0.5) + 0.5;

    /// <inheritdoc/>
    public override Tensor Entropy => LogSinhRatio(Logits * 0.5) - Logits * HalfLangevin(Logits * 0.5);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var outside = (x < 0).LogicalOr(x > 1);
        return ((x.MaskedFill(outside, 0.5) - 0.5) * Logits - LogSinhRatio(Logits * 0.5)).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <summary>The quantile function x = log(1 + u (e^l − 1)) / l of uniform u.</summary>
    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        var l = Logits;
        var u = OpenInterval.Unit(rng.Uniform(shape, l.ElementType, l.Device));

        // Around l = 0, by the cumulants of a coin with chance u of heads: log E[e^(l b)] = Σ κ_n lⁿ / n!.
        var near = l.Abs() < 0.01;
        var variance = u * (1 - u);
        var small = l.MaskedFill(near.LogicalNot(), 0);
        var series = u + variance * small * (0.5 + (1 - 2 * u) * small * (1.0 / 6) + (1 - 6 * variance) * small.Square() * (1.0 / 24)
            + (1 - 2 * u) * (1 - 12 * variance) * small.Pow(3) * (1.0 / 120));

        // Elsewhere in the form whose exponential does not overflow.
        var large = l.MaskedFill(near, 1);
        var rising = (u * large.ClampMax(1).ExpM1()).Log1P();
        var steep = large + (u + (1 - u) * (-large.ClampMin(1)).Exp()).Log();
        var x = Tensor.Where(near, series, Tensor.Where(large <= 1, rising, steep) / large);
        return x.Clamp(0, 1);
    }

    /// <summary>log(sinh h / h).</summary>
    internal static Tensor LogSinhRatio(Tensor h)
    {
        var near = h.Abs() < Near;
        var square = h.MaskedFill(near.LogicalNot(), 0).Square();
        var series = square * (1.0 / 6 - square * (1.0 / 180 - square * (1.0 / 2835 - square * (1.0 / 37800))));
        var large = h.Abs().MaskedFill(near, 1);
        return Tensor.Where(near, series, large + (-(large * -2).ExpM1()).Log() - (2 * large).Log());
    }

    /// <summary>(coth h − 1/h)/2, the derivative of <see cref="LogSinhRatio"/> by 2h.</summary>
    internal static Tensor HalfLangevin(Tensor h)
    {
        var near = h.Abs() < Near;
        var small = h.MaskedFill(near.LogicalNot(), 0);
        var square = small.Square();
        var series = small * (1.0 / 6 - square * (1.0 / 90 - square * (1.0 / 945 - square * (1.0 / 9450 - square * (1.0 / 93555)))));
        var large = h.MaskedFill(near, 1);
        return Tensor.Where(near, series, (large.Tanh().Reciprocal() - large.Reciprocal()) * 0.5);
    }
}
