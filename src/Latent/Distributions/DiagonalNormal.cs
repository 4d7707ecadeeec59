using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The normal distribution of a vector with independent coordinates: log p(x) = Σ_d [−(x_d − μ_d)²/(2σ_d²) − log σ_d − log(2π)/2].
/// </summary>
/// <remarks>
/// <para>Shapes: μ and σ broadcast to [*batch, D]; events are [D].</para>
/// <para>Domain: all reals; σ &gt; 0, a standard deviation.</para>
/// </remarks>
public sealed class DiagonalNormal : Distribution
{
    /// <summary>N(<paramref name="location"/>, diag <paramref name="scale"/>²).</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast, or have no axis for the event.</exception>
    public DiagonalNormal(Tensor location, Tensor scale) : this(new Normal(location, scale))
    {
    }

    private DiagonalNormal(Normal coordinates) : base(Broadcast.WithEvent(coordinates.BatchShape, ["D"], "location")[..^1], coordinates.BatchShape[^1..]) => Coordinates = coordinates;

    /// <summary>The distribution of each coordinate, with batch shape [*batch, D].</summary>
    public Normal Coordinates { get; }

    /// <summary>μ.</summary>
    public Tensor Location => Coordinates.Location;

    /// <summary>σ, a standard deviation.</summary>
    public Tensor Scale => Coordinates.Scale;

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Coordinates.Mean;

    /// <inheritdoc/>
    public override Tensor Entropy => Coordinates.Entropy.Sum(-1);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) => Coordinates.LogProb(x).Sum(-1);

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Coordinates.RSample(rng, shape[..^Coordinates.BatchShape.Rank]);
}
