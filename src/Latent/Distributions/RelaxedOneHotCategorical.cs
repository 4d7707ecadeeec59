using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// A differentiable stand-in for <see cref="OneHotCategorical"/>: X = softmax((l + G)/λ) with Gumbel noise G, which becomes
/// one-hot as the temperature λ → 0. log p(x) = log Γ(N) + (N − 1) log λ + Σ_k [l_k − (λ + 1) log x_k] − N log Σ_i e^(l_i − λ log x_i).
/// </summary>
/// <remarks>
/// <para>Source: Maddison, Mnih and Teh, The Concrete distribution (2017), equation 10; Jang, Gu and Poole, Categorical
/// reparameterization with Gumbel-softmax (2017).</para>
/// <para>Shapes: l is [*batch, N]; events are [N]. The density is with respect to the first N − 1 coordinates.</para>
/// <para>Domain: positive coordinates that sum to 1, within the square root of the type's resolution; elsewhere log p is −∞.
/// Coordinates that would round to 0 are drawn as the smallest normal number, with gradient 0.</para>
/// </remarks>
public sealed class RelaxedOneHotCategorical : Distribution
{
    private readonly double logConstant;

    /// <summary>A relaxed choice of category k with odds e^(l_k), l = <paramref name="logits"/>.</summary>
    /// <exception cref="ArgumentException">There is no axis of categories.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive and finite.</exception>
    public RelaxedOneHotCategorical(Tensor logits, double temperature) : base(Broadcast.WithEvent(logits.Shape, ["N"], nameof(logits))[..^1], logits.Shape[^1..])
    {
        (Logits, Temperature) = (logits, Arguments.Positive(temperature));
        logConstant = (EventShape[0] - 1) * Math.Log(temperature);
        for (var n = 2; n < EventShape[0]; n++) logConstant += Math.Log(n); // log Γ(N)
    }

    /// <summary>l, up to a constant.</summary>
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
        var excluded = x <= 0;
        var logX = x.MaskedFill(excluded, 1).Log();
        var scores = Logits - Temperature * logX;
        var logProb = (scores - logX).Sum(-1) - EventShape[0] * scores.LogSumExp(-1) + logConstant;
        return logProb.MaskedFill(Simplex.IsOutside(x, excluded), double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) =>
        OpenInterval.Positive(((Logits + rng.Gumbel(shape, Logits.ElementType, Logits.Device)) / Temperature).Softmax(-1));
}
