using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The mean of M distributions of any kind: p(x) = 1/M Σ_m p_m(x).</summary>
/// <remarks>
/// <para>Shapes: all components have the same batch and event shapes.</para>
/// <para>Domain: the union of the components' supports, outside which log p is −∞.</para>
/// <para>Numerics: the sum is taken in logarithms. A draw samples all components and picks one; where they are of one family,
/// <see cref="Mixture"/> does it in one go.</para>
/// </remarks>
public sealed class EqualMixture : Distribution
{
    private readonly IReadOnlyList<Distribution> components;

    /// <summary>The mean of these.</summary>
    /// <exception cref="ArgumentException">There are none, or their shapes differ.</exception>
    public EqualMixture(IReadOnlyList<Distribution> components) : base(First(components).BatchShape, First(components).EventShape) => this.components = components;

    /// <summary>p_1, …, p_M.</summary>
    public IReadOnlyList<Distribution> Components => components;

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => components.All(p => p.Mean is not null) ? Tensor.Stack([.. components.Select(p => p.Mean!)], 0).Mean([0]) : null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var terms = Tensor.Stack([.. components.Select(p => p.LogProb(x))], 0); // [M, *S, *batch]
        // Outside all supports the sum's gradient would be NaN.
        var outside = terms.Eq(double.NegativeInfinity).All(0);
        return (terms.MaskedFill(outside, 0).LogSumExp(0) - Math.Log(components.Count)).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        Shape leading = shape[..^EventShape.Rank];
        var draws = Tensor.Stack([.. components.Select((p, m) => p.Sample(rng.Fork("value", m), leading[..^BatchShape.Rank]))], -1); // [*S, *batch, *event, M]
        var equal = Tensor.Zeros([.. leading, components.Count], device: draws.Device);
        var chosen = rng.Fork("component").Categorical(equal); // [*S, *batch]
        return draws.TakeAlongDim(chosen.Reshape([.. leading, .. Enumerable.Repeat(1L, EventShape.Rank + 1)]), -1).Squeeze(-1);
    }

    private static Distribution First(IReadOnlyList<Distribution> components)
    {
        if (components.Count == 0) throw new ArgumentException("There is nothing to mix: give at least one distribution.", nameof(components));
        var first = components[0];
        return components.FirstOrDefault(p => p.BatchShape != first.BatchShape || p.EventShape != first.EventShape) is { } other
            ? throw new ArgumentException($"The components have batch shapes {first.BatchShape} and {other.BatchShape}, event shapes {first.EventShape} and {other.EventShape}; they must be equal.", nameof(components))
            : first;
    }
}
