using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The logistic distribution of each element, whose distribution function is σ(z), z = (x − μ)/s:
/// log p(x) = log σ(z) + log σ(−z) − log s.
/// </summary>
/// <remarks>
/// <para>Shapes: μ and s broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: all reals; s &gt; 0. The standard deviation is π s / √3.</para>
/// </remarks>
public sealed class Logistic : Distribution
{
    /// <summary>Logistic noise times <paramref name="scale"/>, around <paramref name="location"/>.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Logistic(Tensor location, Tensor scale) : base(Broadcast.Shapes(location, scale), []) => (Location, Scale) = (location, scale);

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>s.</summary>
    public Tensor Scale { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Location.Expand(BatchShape);

    /// <inheritdoc/>
    public override Tensor Entropy => (Scale.Log() + 2).Expand(BatchShape);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var z = (x - Location) / Scale;
        return z.LogSigmoid() + (-z).LogSigmoid() - Scale.Log();
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Location + Scale * Noise.Logistic(rng, shape, Location);
}
