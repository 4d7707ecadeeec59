using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// A probability distribution with given parameters: a light value, made anew for each batch. Authors write two cores for
/// full shapes; this class checks shapes and says what is wrong with them.
/// </summary>
/// <remarks>
/// <para>Shapes: a value is [*S, *batch, *event]: any leading axes (particles), one independent distribution per batch entry,
/// and the axes of one event. <see cref="LogProb"/> maps it to [*S, *batch].</para>
/// <para>Units: nats.</para>
/// <para>Domain: outside its support a distribution gives log p = −∞, with gradient 0; a NaN of a real variable stays one.
/// Parameters are not checked, as this would have to wait for the device: outside their domain results are NaN or
/// meaningless.</para>
/// </remarks>
public abstract class Distribution
{
    /// <summary>The shapes of a distribution.</summary>
    protected Distribution(ReadOnlySpan<long> batchShape, ReadOnlySpan<long> eventShape) =>
        (BatchShape, EventShape) = (new Shape(batchShape), new Shape(eventShape));

    /// <summary>One independent distribution per entry.</summary>
    public Shape BatchShape { get; }

    /// <summary>The shape of one event; a scalar has none.</summary>
    public Shape EventShape { get; }

    /// <summary>Whether a sample is a differentiable function of the parameters.</summary>
    public abstract bool IsReparameterized { get; }

    /// <summary>The expectation, [*batch, *event]; null where there is none, or no closed form.</summary>
    public abstract Tensor? Mean { get; }

    /// <summary>−E[log p(x)], [*batch]; null where there is no closed form.</summary>
    public abstract Tensor? Entropy { get; }

    /// <summary>log p(x), the density or the probability.</summary>
    /// <param name="x">Values, [*S, *batch, *event]; batch axes of size 1 broadcast.</param>
    /// <returns>[*S, *batch].</returns>
    /// <exception cref="ArgumentException">The shape of <paramref name="x"/> does not fit.</exception>
    public Tensor LogProb(Tensor x)
    {
        CheckValue(x);
        return LogProbCore(x);
    }

    /// <summary>Independent draws, without gradient.</summary>
    /// <param name="rng">The stream that the numbers come from.</param>
    /// <param name="sampleShape">Leading axes S: how many draws.</param>
    /// <returns>[*S, *batch, *event].</returns>
    public Tensor Sample(Rng rng, params ReadOnlySpan<long> sampleShape)
    {
        using var noGrad = Autograd.NoGrad();
        return SampleCore(rng, FullShape(sampleShape));
    }

    /// <summary>Draws as <see cref="Sample"/>, with their log-probabilities [*S, *batch], both without gradient.</summary>
    /// <inheritdoc cref="Sample"/>
    public (Tensor X, Tensor LogProb) SampleWithLogProb(Rng rng, params ReadOnlySpan<long> sampleShape)
    {
        using var noGrad = Autograd.NoGrad();
        return ScoredSample(rng, FullShape(sampleShape));
    }

    /// <summary>Draws that are differentiable functions of the parameters.</summary>
    /// <inheritdoc cref="Sample"/>
    /// <exception cref="NotSupportedException">The distribution is not reparameterized.</exception>
    public Tensor RSample(Rng rng, params ReadOnlySpan<long> sampleShape)
    {
        RequireReparameterized();
        return SampleCore(rng, FullShape(sampleShape));
    }

    /// <summary>Draws as <see cref="RSample"/>, with their log-probabilities [*S, *batch].</summary>
    /// <remarks>
    /// A distribution that has the log-probability at hand as it draws does not go back from x for it: a flow scores its own
    /// draws without its inverse, whose cost and rounding errors are then saved.
    /// </remarks>
    /// <inheritdoc cref="RSample"/>
    public (Tensor X, Tensor LogProb) RSampleWithLogProb(Rng rng, params ReadOnlySpan<long> sampleShape)
    {
        RequireReparameterized();
        return ScoredSample(rng, FullShape(sampleShape));
    }

    /// <summary>log p(x) for x [*S, *batch, *event], as [*S, *batch].</summary>
    protected abstract Tensor LogProbCore(Tensor x);

    /// <summary>Draws of this full shape, [*S, *batch, *event]; differentiable if <see cref="IsReparameterized"/>.</summary>
    protected abstract Tensor SampleCore(Rng rng, Shape shape);

    private (Tensor X, Tensor LogProb) ScoredSample(Rng rng, Shape shape)
    {
        if (this is IScoredSampler sampler) return sampler.SampleWithLogProb(rng, shape);
        var x = SampleCore(rng, shape);
        return (x, LogProbCore(x));
    }

    private void RequireReparameterized()
    {
        if (!IsReparameterized)
            throw new NotSupportedException($"A sample of {GetType().Name} is no differentiable function of its parameters. Use Sample with a score-function gradient, or a relaxed distribution.");
    }

    private Shape FullShape(ReadOnlySpan<long> sampleShape) => [.. sampleShape, .. BatchShape, .. EventShape];

    private void CheckValue(Tensor x)
    {
        var shape = x.Shape;
        if (shape.Rank >= EventShape.Rank + BatchShape.Rank)
        {
            var fits = true;
            for (var i = 1; i <= EventShape.Rank; i++) fits &= shape[^i] == EventShape[^i];
            for (var i = 1; i <= BatchShape.Rank; i++)
            {
                var (given, own) = (shape[^(i + EventShape.Rank)], BatchShape[^i]);
                fits &= given == own || given == 1 || own == 1;
            }
            if (fits) return;
        }
        throw new ArgumentException($"{GetType().Name} has batch shape {BatchShape} and event shape {EventShape}, so x must be [*, {string.Join(", ", [.. BatchShape.AsSpan().ToArray(), .. EventShape.AsSpan().ToArray()])}], not {shape}.", nameof(x));
    }
}
