using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A coin of each element, with logit l = log(p / (1 − p)): log p(x) = x log σ(l) + (1 − x) log σ(−l).</summary>
/// <remarks>
/// <para>Shapes: l is [*batch]; events are scalars.</para>
/// <para>Domain: x in {0, 1}, of a floating-point type or bytes. Values between, as of a grey picture, count as the expected
/// log-likelihood E[log p(b)], b ~ Bernoulli(x): no density of x. Outside [0, 1] log p is −∞. Logits are finite.</para>
/// <para>Numerics: neither term rounds 1 − p, so confident logits keep their relative accuracy.</para>
/// </remarks>
public sealed class Bernoulli : Distribution
{
    /// <summary>Heads with probability σ(<paramref name="logits"/>).</summary>
    public Bernoulli(Tensor logits) : base(logits.Shape, []) => Logits = logits;

    /// <summary>l.</summary>
    public Tensor Logits { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <summary>p = σ(l), [*batch].</summary>
    public override Tensor Mean => Logits.Sigmoid();

    /// <inheritdoc/>
    public override Tensor Entropy => -(Logits.Sigmoid() * Logits.LogSigmoid() + (-Logits).Sigmoid() * (-Logits).LogSigmoid());

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        x = x.To(Logits.ElementType);
        var outside = (x < 0).LogicalOr(x > 1);
        var inside = x.MaskedFill(outside, 0);
        return (inside * Logits.LogSigmoid() + (1 - inside) * (-Logits).LogSigmoid()).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => rng.Bernoulli(Mean.Expand(shape));
}
