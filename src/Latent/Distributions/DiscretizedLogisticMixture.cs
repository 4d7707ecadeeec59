using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A mixture of M discretized logistic distributions of each element: log p(k) = log Σ_m π_m p_m(k).</summary>
/// <remarks>
/// <para>Source: Salimans et al., PixelCNN++ (2017), section 2.1, without the dependence between channels.</para>
/// <para>Shapes: logits, μ and s broadcast to [*batch, M]; events are scalars.</para>
/// <para>Units: x, μ and s count levels.</para>
/// <para>Domain: whole numbers 0 … N−1, of a floating-point type or bytes; all else has log p = −∞. s &gt; 0.</para>
/// <para>Numerics: as <see cref="DiscretizedLogistic"/>, and the sum of the components in logarithms.</para>
/// </remarks>
public sealed class DiscretizedLogisticMixture : Distribution
{
    /// <summary>Component m has weight π_m proportional to e^(logits_m).</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast, or have no axis of components.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels.</exception>
    public DiscretizedLogisticMixture(Tensor logits, Tensor locations, Tensor scales, int levels = 256)
        : this(logits, locations, scales, levels, Broadcast.WithEvent(Broadcast.Shapes(logits, locations, scales), ["M"], nameof(logits)))
    {
    }

    private DiscretizedLogisticMixture(Tensor logits, Tensor locations, Tensor scales, int levels, Shape shape) : base(shape[..^1], []) =>
        (Logits, Components) = (logits.Expand(shape), new DiscretizedLogistic(locations.Expand(shape), scales, levels));

    /// <summary>The logarithms of the weights, up to a constant, [*batch, M].</summary>
    public Tensor Logits { get; }

    /// <summary>The components, with batch shape [*batch, M].</summary>
    public DiscretizedLogistic Components { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor Mean => (Logits.Softmax(-1) * Components.Mean).Sum(-1);

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        x = x.To(Logits.ElementType);
        var outside = DiscretizedLogistic.IsNoLevel(x, Components.Levels);
        var terms = Logits.LogSoftmax(-1) + Components.LogMass(x.MaskedFill(outside, 0).Unsqueeze(-1)); // [*S, *batch, M]
        return terms.LogSumExp(-1).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        Shape all = [.. shape, Components.BatchShape[^1]];
        var chosen = rng.Fork("component").Categorical(Logits.Expand(all)).Unsqueeze(-1); // [*S, *batch, 1]
        var location = Components.Location.Expand(all).Gather(-1, chosen).Squeeze(-1);
        var scale = Components.Scale.Expand(all).Gather(-1, chosen).Squeeze(-1);
        return new DiscretizedLogistic(location, scale, Components.Levels).Sample(rng.Fork("level"));
    }
}
