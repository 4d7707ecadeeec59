using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The normal distribution of each element: log p(x) = −(x − μ)²/(2σ²) − log σ − log(2π)/2.</summary>
/// <remarks>
/// <para>Shapes: μ and σ broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: all reals; σ &gt; 0, a standard deviation.</para>
/// </remarks>
public sealed class Normal : Distribution
{
    internal const double HalfLog2Pi = 0.91893853320467274178;

    /// <summary>N(<paramref name="location"/>, <paramref name="scale"/>²).</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Normal(Tensor location, Tensor scale) : base(Broadcast.Shapes(location, scale), []) => (Location, Scale) = (location, scale);

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>σ, a standard deviation.</summary>
    public Tensor Scale { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Location.Expand(BatchShape);

    /// <inheritdoc/>
    public override Tensor Entropy => (Scale.Log() + (0.5 + HalfLog2Pi)).Expand(BatchShape);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) => ((x - Location) / Scale).Square() * -0.5 - Scale.Log() - HalfLog2Pi;

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Location + Scale * rng.Normal(shape, Location.ElementType, Location.Device);
}
