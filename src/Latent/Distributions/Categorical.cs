using Latent.Torch;

namespace Latent.Distributions;

/// <summary>One of N categories, by its number 0 … N−1: log p(k) = l_k − log Σ_i e^(l_i).</summary>
/// <remarks>
/// <para>Shapes: l is [*batch, N]; events are scalars of type Int64.</para>
/// <para>Domain: 0 … N−1; other numbers have log p = −∞. A logit of −∞ excludes its category, as long as another is left.</para>
/// <para>The numbers are names, so there is no mean.</para>
/// </remarks>
public sealed class Categorical : Distribution
{
    /// <summary>Category k with probability proportional to e^(l_k), l = <paramref name="logits"/>.</summary>
    /// <exception cref="ArgumentException">There is no axis of categories.</exception>
    public Categorical(Tensor logits) : base(Broadcast.WithEvent(logits.Shape, ["N"], nameof(logits))[..^1], []) => Logits = logits;

    /// <summary>l, up to a constant.</summary>
    public Tensor Logits { get; }

    /// <summary>N.</summary>
    public long Categories => Logits.Size(-1);

    /// <summary>log p(k) of each category, [*batch, N].</summary>
    public Tensor LogProbabilities => Logits.LogSoftmax(-1);

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => null;

    /// <inheritdoc/>
    public override Tensor Entropy
    {
        get
        {
            var logProbabilities = LogProbabilities;
            var excluded = logProbabilities.Eq(double.NegativeInfinity); // where p log p → 0
            return -(logProbabilities.Exp() * logProbabilities.MaskedFill(excluded, 0)).Sum(-1);
        }
    }

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        if (x.ElementType.IsFloatingPoint()) throw new ArgumentException($"The values of a Categorical are numbers of categories: give x as Int64, not {x.ElementType}.", nameof(x));
        var number = x.To(ElementType.Int64);
        var outside = (number < 0).LogicalOr(number >= Categories);
        var logProbabilities = LogProbabilities;
        var shape = Broadcast.Shapes(number, Logits.Select(-1, 0));
        return logProbabilities.Expand([.. shape, Categories])
            .Gather(-1, number.MaskedFill(outside, 0).Expand(shape).Unsqueeze(-1)).Squeeze(-1)
            .MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => rng.Categorical(Logits.Expand([.. shape, Categories]));
}
