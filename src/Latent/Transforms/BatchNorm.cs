using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// Batch normalisation, from data to noise z = e^γ (x − m) / √(v + ε) + β; as all transforms it is generative,
/// x = m + √(v + ε) e^−γ (z − β), log|det| = Σ (½ log(v + ε) − γ). In training m and v are those of the batch, in use those of the data.
/// </summary>
/// <remarks>
/// <para>Source: Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP (2017), section 3.7; Papamakarios, Pavlakou and Murray,
/// Masked autoregressive flow (2017), appendix B.</para>
/// <para>Shapes: β and γ are [*batch, *event], or have size 1 where coordinates share them: [C, 1, 1] for the channels of [C, H, W]; so
/// are the statistics that are kept.</para>
/// <para>Statistics: within a <see cref="TrainingPass"/> the way from x to z takes those of its batch, gradients included, and moves the kept
/// ones a tenth of the way to them; within a <see cref="DataPass"/> it sets the kept ones. Else, and from z to x always, the kept ones
/// count. A loss through this transform couples its examples: train it with one replica.</para>
/// <para>Domain: all reals; v ≥ 0.</para>
/// </remarks>
public sealed class BatchNorm : Transform
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly Tensor location;
    private readonly Tensor logScale;
    private readonly Tensor mean;
    private readonly Tensor variance;

    /// <summary>The normalisation with its statistics.</summary>
    /// <param name="location">β.</param>
    /// <param name="logScale">γ.</param>
    /// <param name="mean">m, kept.</param>
    /// <param name="variance">v, kept.</param>
    /// <param name="eventRank">How many of their last axes make one event.</param>
    /// <exception cref="ArgumentException">The shapes differ, or have fewer axes.</exception>
    public BatchNorm(Tensor location, Tensor logScale, Tensor mean, Tensor variance, int eventRank) : base(eventRank, EventScale.BatchOf(logScale, eventRank))
    {
        foreach (var (parameter, name) in new[] { (location, nameof(location)), (mean, nameof(mean)), (variance, nameof(variance)) })
            if (parameter.Shape != logScale.Shape) throw Arguments.Misshapen(parameter, $"{logScale.Shape}", "Location, scale and statistics go together: give them one shape.", name);
        (this.location, this.logScale, this.mean, this.variance) = (location, logScale, mean, variance);
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var logDeviation = 0.5 * (variance + Epsilon).Log() - logScale;
        var x = mean + (z - location) * logDeviation.Exp();
        return (x, EventScale.Sum(logDeviation, x, EventRank));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var (m, v) = Statistics(x);
        var logDeviation = 0.5 * (v + Epsilon).Log() - logScale;
        var z = (x - m) * (-logDeviation).Exp() + location;
        return (z, -EventScale.Sum(logDeviation, z, EventRank));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => EventScale.Checked(this, logScale, eventShape);

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => EventScale.Checked(this, logScale, eventShape);

    private (Tensor Mean, Tensor Variance) Statistics(Tensor x)
    {
        var isMeasured = BatchShape.Rank == 0 && DataPass.Measures(mean);
        if (!isMeasured && TrainingPass.Current is null) return (mean, variance);
        var (m, v) = EventScale.Moments(x, mean.Shape);
        using var noGrad = Autograd.NoGrad();
        var share = isMeasured ? 1 : Momentum;
        mean.LerpInPlace(m, share);
        variance.LerpInPlace(v, share);
        return (m, v);
    }
}
