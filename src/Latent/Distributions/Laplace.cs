using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The Laplace distribution of each element: log p(x) = −|x − μ|/b − log(2b).</summary>
/// <remarks>
/// <para>Shapes: μ and b broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: all reals; b &gt; 0. The standard deviation is √2 b. At x = μ, where log p has a kink, its gradient is 0.</para>
/// </remarks>
public sealed class Laplace : Distribution
{
    private const double Log2 = 0.69314718055994530942;

    /// <summary>Laplace noise times <paramref name="scale"/>, around <paramref name="location"/>.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Laplace(Tensor location, Tensor scale) : base(Broadcast.Shapes(location, scale), []) => (Location, Scale) = (location, scale);

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>b.</summary>
    public Tensor Scale { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Location.Expand(BatchShape);

    /// <inheritdoc/>
    public override Tensor Entropy => (Scale.Log() + (1 + Log2)).Expand(BatchShape);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) => -((x - Location) / Scale).Abs() - Scale.Log() - Log2;

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        // The quantile function of U = e^(−E): log 2U = log 2 − E below the median, −log 2(1 − U) above.
        var e = Noise.Exponential(rng, shape, Location);
        var below = Log2 - e;
        var above = -(-(-e).ExpM1()).Log() - Log2;
        return Location + Scale * Tensor.Where(e > Log2, below, above);
    }
}
