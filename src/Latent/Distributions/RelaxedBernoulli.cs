using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// A differentiable stand-in for <see cref="Bernoulli"/>: X = σ((l + L)/λ) with logistic noise L, which becomes a coin as the
/// temperature λ → 0. With y = log x − log(1 − x) and z = λ y − l,
/// log p(x) = log λ + log σ(z) + log σ(−z) − log x − log(1 − x).
/// </summary>
/// <remarks>
/// <para>Source: Maddison, Mnih and Teh, The Concrete distribution (2017), appendix B, there BinConcrete.</para>
/// <para>Shapes: l is [*batch]; events are scalars.</para>
/// <para>Domain: 0 &lt; x &lt; 1, outside which log p is −∞, at 0 and 1 too, where the density diverges for λ &lt; 1. Draws that
/// would round to 0 or 1 are the nearest normal number between, with gradient 0.</para>
/// <para>Numerics: at low temperatures many draws round so. The logit y itself does not: it is Logistic(l/λ, 1/λ), and a KL
/// divergence is the same there.</para>
/// </remarks>
public sealed class RelaxedBernoulli : Distribution
{
    private readonly double logTemperature;

    /// <summary>A relaxed coin with heads of odds e^l, l = <paramref name="logits"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive and finite.</exception>
    public RelaxedBernoulli(Tensor logits, double temperature) : base(logits.Shape, [])
    {
        (Logits, Temperature, logTemperature) = (logits, Arguments.Positive(temperature), Math.Log(temperature));
    }

    /// <summary>l.</summary>
    public Tensor Logits { get; }

    /// <summary>λ.</summary>
    public double Temperature { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor? Mean => null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var outside = (x <= 0).LogicalOr(x >= 1);
        var inside = x.MaskedFill(outside, 0.5);
        var (logX, logRest) = (inside.Log(), (-inside).Log1P());
        var z = (logX - logRest) * Temperature - Logits;
        return (z.LogSigmoid() + (-z).LogSigmoid() - logX - logRest + logTemperature).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => OpenInterval.Unit(((Logits + Noise.Logistic(rng, shape, Logits)) / Temperature).Sigmoid());
}
