namespace Latent.Evaluation;

/// <summary>The mean of log p(x) over the examples of a data set: the number by which models are compared, and how far it is to be trusted.</summary>
/// <remarks>Units: nats per example, in the units of the data as they were before standardisation. Higher is better.</remarks>
public sealed record LikelihoodEstimate
{
    /// <summary>The mean over the examples.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>What kind of number it is.</summary>
    public required LikelihoodKind Kind { get; init; }

    /// <summary>K, the draws (or annealed chains) per example; null for an exact likelihood.</summary>
    public long? Particles { get; init; }

    /// <summary>How far the mean would vary with the choice of examples: its standard deviation under the bootstrap.</summary>
    public required double StandardError { get; init; }

    /// <summary>Where the bootstrap's middle 95 % begin.</summary>
    public required double Lower { get; init; }

    /// <summary>Where the bootstrap's middle 95 % end.</summary>
    public required double Upper { get; init; }

    /// <summary>How many examples the mean was taken over.</summary>
    public required long Examples { get; init; }

    /// <summary>
    /// −log₂ p(x) / D, the cost of coding one of the D values of an example. Null where it means nothing: for reals, for binary
    /// data, and for densities over levels, which assign them no probability.
    /// </summary>
    public double? BitsPerDimension { get; init; }

    /// <summary>
    /// How many of the K draws count: the mean over examples of (Σ w)² / Σ w². Far below K the estimate hangs on a few draws, and
    /// may lie well below log p(x). Null without weights.
    /// </summary>
    public double? EffectiveSampleSize { get; init; }
}
