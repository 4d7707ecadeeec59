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
    private readonly Func<Normal>? makeCoordinates;
    private Normal? coordinates;

    /// <summary>N(<paramref name="location"/>, diag <paramref name="scale"/>²).</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast, or have no axis for the event.</exception>
    public DiagonalNormal(Tensor location, Tensor scale) : this(new Normal(location, scale))
    {
    }

    private DiagonalNormal(Normal coordinates) : base(Broadcast.WithEvent(coordinates.BatchShape, ["D"], "location")[..^1], coordinates.BatchShape[^1..]) => this.coordinates = coordinates;

    /// <summary>The standard one, whose density needs no parameters: they are made where they are asked for, in the scope that is open there.</summary>
    private DiagonalNormal(long dimensions, Func<Normal> makeCoordinates) : base([], [dimensions]) => (IsStandard, this.makeCoordinates) = (true, makeCoordinates);

    private DiagonalNormal(Tensor parameters, long latents) : base(parameters.Shape[..^1], [latents]) => Parameters = parameters;

    /// <summary>N(μ, σ²) from [*batch, 2 D] numbers, μ and then log σ²: what an encoder puts out.</summary>
    /// <exception cref="ArgumentException">The last axis is not of even size.</exception>
    public static DiagonalNormal FromLogVariance(Tensor parameters) => parameters.Shape is [.., var size] && size > 0 && size % 2 == 0
        ? new(parameters, size / 2)
        : throw Arguments.Misshapen(parameters, "[*batch, 2 D]", "The last axis holds D means and then D logarithms of variances.");

    /// <summary>N(0, I) of D dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">D is not positive.</exception>
    public static DiagonalNormal Standard(long dimensions, ElementType type = ElementType.Float32, Device device = default) =>
        new(Arguments.Positive(dimensions), () => new Normal(Tensor.Zeros([dimensions], dtype: type, device: device), Tensor.Ones([dimensions], dtype: type, device: device)));

    /// <summary>Whether it is known to be N(0, I).</summary>
    public bool IsStandard { get; }

    /// <summary>The numbers of <see cref="FromLogVariance"/>, which fused kernels take; null if it was made otherwise.</summary>
    internal Tensor? Parameters { get; }

    /// <summary>The distribution of each coordinate, with batch shape [*batch, D].</summary>
    public Normal Coordinates => makeCoordinates?.Invoke() ?? (coordinates ??= FromParameters());

    private Normal FromParameters() => Parameters!.Chunk(2, -1) is [var location, var logVariance]
        ? new Normal(location, (0.5 * logVariance).Exp())
        : throw new InvalidOperationException("The parameters were checked to have an even last axis.");

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
    protected override Tensor LogProbCore(Tensor x) => IsStandard
        ? x.Square().Sum(-1) * -0.5 - EventShape[0] * Normal.HalfLog2Pi // half the passes, of which a small flow notices each
        : Coordinates.LogProb(x).Sum(-1);

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) => Coordinates.RSample(rng, shape[..^(BatchShape.Rank + 1)]);
}
