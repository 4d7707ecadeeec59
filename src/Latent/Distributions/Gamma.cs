using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The gamma distribution of each element: log p(x) = α log β + (α − 1) log x − β x − log Γ(α).</summary>
/// <remarks>
/// <para>Shapes: α and β broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: x &gt; 0, outside which log p is −∞, at 0 too, where the density vanishes or diverges; α, β &gt; 0. Draws that
/// would round to 0 are the smallest normal number.</para>
/// </remarks>
public sealed class Gamma : Distribution
{
    /// <summary>The sum of α = <paramref name="concentration"/> exponential waiting times of rate β = <paramref name="rate"/>.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Gamma(Tensor concentration, Tensor rate) : base(Broadcast.Shapes(concentration, rate), []) => (Concentration, Rate) = (concentration, rate);

    /// <summary>α.</summary>
    public Tensor Concentration { get; }

    /// <summary>β, the inverse of a scale.</summary>
    public Tensor Rate { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor Mean => Concentration / Rate;

    /// <inheritdoc/>
    public override Tensor Entropy => Concentration - Rate.Log() + Concentration.LGamma() + (1 - Concentration) * Concentration.Digamma();

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var outside = x <= 0;
        var inside = x.MaskedFill(outside, 1);
        return (Concentration * Rate.Log() + (Concentration - 1) * inside.Log() - Rate * inside - Concentration.LGamma()).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) =>
        OpenInterval.Positive((StandardGamma.LogSample(rng, Concentration.Expand(shape)) - Rate.Log()).Exp());
}
