using Latent.Torch;

namespace Latent.Distributions;

/// <summary>Takes the last batch axes of a distribution for axes of one event: log p(x) = Σ over those axes.</summary>
/// <remarks>
/// <para>Shapes: with n axes taken, batch [*B, *E] and event [*F] become batch [*B] and event [*E, *F].</para>
/// <para>Domain: as the inner distribution's; but that all x lie in [0, 1] is taken for granted where the likelihood of
/// <see cref="Bernoulli"/> variables runs as <see cref="FusedBernoulli"/>, which is where x has the logits' axes.</para>
/// </remarks>
public sealed class Independent : Distribution, IScoredSampler
{
    /// <summary>Takes the last <paramref name="axes"/> batch axes of <paramref name="inner"/> into the event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many batch axes.</exception>
    public Independent(Distribution inner, int axes) : base(Front(inner, axes), [.. inner.BatchShape.AsSpan()[^axes..], .. inner.EventShape]) => (Inner, Axes) = (inner, axes);

    /// <summary>The distribution whose axes were taken.</summary>
    public Distribution Inner { get; }

    /// <summary>How many axes were taken.</summary>
    public int Axes { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => Inner.IsReparameterized;

    /// <inheritdoc/>
    public override Tensor? Mean => Inner.Mean;

    /// <inheritdoc/>
    public override Tensor? Entropy => Inner.Entropy is { } entropy ? Sum(entropy, Axes) : null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) =>
        Inner is Bernoulli { Logits: var logits } && SharedValue(x, logits.Shape) is { } shared
            ? FusedBernoulli.LogProb(logits, shared, Axes)
            : Sum(Inner.LogProb(x), Axes);

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Inner.IsReparameterized ? Inner.RSample(rng, Leading(shape)) : Inner.Sample(rng, Leading(shape));

    (Tensor X, Tensor LogProb) IScoredSampler.SampleWithLogProb(Rng rng, Shape shape)
    {
        var (x, logProb) = Inner.IsReparameterized ? Inner.RSampleWithLogProb(rng, Leading(shape)) : Inner.SampleWithLogProb(rng, Leading(shape));
        return (x, Sum(logProb, Axes));
    }

    private Shape Leading(Shape shape) => shape[..^(BatchShape.Rank + EventShape.Rank)];

    /// <summary>Sums over the last axes.</summary>
    internal static Tensor Sum(Tensor x, int axes) => axes switch
    {
        0 => x,
        1 => x.Sum(-1),
        _ => x.Flatten(-axes).Sum(-1),
    };

    /// <summary>x without leading axes of size 1, if it is then the same for all leading axes of a shape and has no others.</summary>
    private Tensor? SharedValue(Tensor x, Shape shape)
    {
        var axes = x.Shape;
        if (axes.Rank != shape.Rank) return null;
        while (axes.Rank > Axes && axes[0] == 1) axes = axes[1..];
        return shape[^axes.Rank..] == axes ? x.Reshape(axes) : null;
    }

    private static ReadOnlySpan<long> Front(Distribution inner, int axes)
    {
        if (axes < 0 || axes > inner.BatchShape.Rank)
            throw new ArgumentOutOfRangeException(nameof(axes), axes, $"{inner.GetType().Name} has batch shape {inner.BatchShape}, so 0 to {inner.BatchShape.Rank} axes can be taken.");
        return inner.BatchShape.AsSpan()[..^axes];
    }
}
