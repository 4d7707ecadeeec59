using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A mixture of M distributions of one family: log p(x) = log Σ_m π_m p_m(x).</summary>
/// <remarks>
/// <para>Shapes: the components have batch shape [*batch, M], to which the logits broadcast; events are the components'.</para>
/// <para>Domain: the union of the components' supports, outside which log p is −∞.</para>
/// <para>Numerics: the sum is taken in logarithms. A draw samples all components and picks one.</para>
/// </remarks>
public sealed class Mixture : Distribution
{
    /// <summary>Component m of <paramref name="components"/> with weight π_m proportional to e^(logits_m).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Mixture(Tensor logits, Distribution components)
        : base(Broadcast.WithEvent(components.BatchShape, ["M"], nameof(components))[..^1], components.EventShape)
    {
        if (logits.Rank == 0 || logits.Size(-1) != components.BatchShape[^1])
            throw Arguments.Misshapen(logits, $"[*batch, M = {components.BatchShape[^1]}]", "The last batch axis of the components is M: give one logit for each.");
        (Logits, Components) = (logits.Expand(components.BatchShape), components);
    }

    /// <summary>The logarithms of the weights, up to a constant, [*batch, M].</summary>
    public Tensor Logits { get; }

    /// <summary>The components, with batch shape [*batch, M].</summary>
    public Distribution Components { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => Components.Mean is { } means ? (EventAxes(Logits.Softmax(-1)) * means).Sum(ComponentAxis) : null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    private int ComponentAxis => -1 - EventShape.Rank;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var terms = Logits.LogSoftmax(-1) + Components.LogProb(x.Unsqueeze(ComponentAxis)); // [*S, *batch, M]
        // Outside all supports the sum's gradient would be NaN.
        var outside = terms.Eq(double.NegativeInfinity).All(-1);
        return terms.MaskedFill(outside.Unsqueeze(-1), 0).LogSumExp(-1).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        Shape leading = shape[..^EventShape.Rank];
        var chosen = rng.Fork("component").Categorical(Logits.Expand([.. leading, Logits.Size(-1)])); // [*S, *batch]
        var draws = Components.Sample(rng.Fork("value"), leading[..^BatchShape.Rank]); // [*S, *batch, M, *event]
        return draws.TakeAlongDim(EventAxes(chosen.Unsqueeze(-1)), ComponentAxis).Squeeze(ComponentAxis);
    }

    private Tensor EventAxes(Tensor t)
    {
        for (var i = 0; i < EventShape.Rank; i++) t = t.Unsqueeze(-1);
        return t;
    }
}
