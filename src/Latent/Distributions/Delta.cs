using Latent.Torch;

namespace Latent.Distributions;

/// <summary>All probability at one value v: log p(x) = 0 if x = v, else −∞.</summary>
/// <remarks>
/// <para>Shapes: v is [*batch, *event], with as many event axes as told.</para>
/// <para>Units: a probability, not a density, also where v is real. So KL(δ_v ‖ p), by its one sample, is −log p(v): with it,
/// the evidence lower bound of a Delta posterior is maximised by the posterior's mode.</para>
/// <para>Domain: any values; the gradient of log p is 0, that of a sample with respect to v is 1.</para>
/// </remarks>
public sealed class Delta : Distribution
{
    /// <summary>All probability at <paramref name="value"/>, whose last <paramref name="eventRank"/> axes make one event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has fewer axes.</exception>
    public Delta(Tensor value, int eventRank = 0) : base(BatchOf(value.Shape, eventRank), value.Shape[^eventRank..]) => Value = value;

    /// <summary>v.</summary>
    public Tensor Value { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Value;

    /// <inheritdoc/>
    public override Tensor Entropy => Tensor.Zeros(BatchShape, dtype: Value.ElementType, device: Value.Device);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var differs = x.Ne(Value);
        if (EventShape.Rank > 0) differs = differs.Flatten(-EventShape.Rank).Any(-1);
        return Tensor.Zeros(differs.Shape, dtype: Value.ElementType, device: Value.Device).MaskedFill(differs, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Value.Expand(shape).Clone(); // a view would keep the gradient where none is recorded

    private static ReadOnlySpan<long> BatchOf(Shape shape, int eventRank)
    {
        if (eventRank < 0 || eventRank > shape.Rank)
            throw new ArgumentOutOfRangeException(nameof(eventRank), eventRank, $"The value is {shape}, so 0 to {shape.Rank} of its axes can make an event.");
        return shape.AsSpan()[..^eventRank];
    }
}
