using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// A logistic variable rounded to the levels 0 … N−1, as of a channel of a picture: p(k) = σ((k + ½ − μ)/s) − σ((k − ½ − μ)/s),
/// where the lowest level takes all that is below it and the highest all above.
/// </summary>
/// <remarks>
/// <para>Source: Kingma et al., Improving variational inference with inverse autoregressive flow (2016), section 5.2; Salimans
/// et al., PixelCNN++ (2017), section 2.1.</para>
/// <para>Shapes: μ and s broadcast to the batch shape; events are scalars.</para>
/// <para>Units: x, μ and s count levels.</para>
/// <para>Domain: whole numbers 0 … N−1, of a floating-point type or bytes; all else has log p = −∞. s &gt; 0.</para>
/// <para>Numerics: σ(a) − σ(b) = σ(a) σ(−b) (1 − e^(b − a)), whose logarithm is accurate in both tails and for any s.</para>
/// <para>Deviation: the papers scale levels to [−1, 1], and PixelCNN++ replaces small differences by density times width.</para>
/// </remarks>
public sealed class DiscretizedLogistic : Distribution
{
    /// <summary>The logistic distribution around <paramref name="location"/>, rounded to <paramref name="levels"/> levels.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels.</exception>
    public DiscretizedLogistic(Tensor location, Tensor scale, int levels = 256) : base(Broadcast.Shapes(location, scale), [])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        (Location, Scale, Levels) = (location, scale, levels);
    }

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>s.</summary>
    public Tensor Scale { get; }

    /// <summary>N.</summary>
    public int Levels { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <summary>Σ_{k≥1} p(x ≥ k), [*batch].</summary>
    public override Tensor Mean
    {
        get
        {
            using var scope = TensorScope.Open(); // one level at a time: all at once would take 256 times the memory
            var mean = Tensor.Zeros(BatchShape, dtype: Location.ElementType, device: Location.Device);
            for (var k = 1; k < Levels; k++)
            {
                using var term = TensorScope.Open();
                scope.Replace(ref mean, mean + ((Location - (k - 0.5)) / Scale).Sigmoid());
            }
            return scope.Return(mean);
        }
    }

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        x = x.To(Location.ElementType);
        var outside = IsNoLevel(x, Levels);
        return LogMass(x.MaskedFill(outside, 0)).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) =>
        (Location + Scale * Noise.Logistic(rng, shape, Location)).Round().Clamp(0, Levels - 1);

    /// <summary>log p of the interval around x; x must lie in the domain.</summary>
    internal Tensor LogMass(Tensor x)
    {
        var (lowest, highest) = (x.Eq(0), x.Eq(Levels - 1));
        var distance = x - Location;
        var belowEnd = ((distance + 0.5) / Scale).LogSigmoid().MaskedFill(highest, 0);
        var aboveStart = ((0.5 - distance) / Scale).LogSigmoid().MaskedFill(lowest, 0);
        var both = (-(-Scale.Reciprocal()).ExpM1()).Log().MaskedFill(lowest.LogicalOr(highest), 0); // log(1 − e^(−1/s))
        return belowEnd + aboveStart + both;
    }

    /// <summary>Whether values are no whole numbers of 0 … N−1.</summary>
    internal static Tensor IsNoLevel(Tensor x, int levels) => x.Ne(x.Round()).LogicalOr(x < 0).LogicalOr(x > levels - 1);
}
