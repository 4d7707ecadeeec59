namespace Latent.Evaluation;

/// <summary>What an evaluation looks at, and how closely.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Of how many examples, taken at equal distances; null: all.</summary>
    public long? Examples { get; init => field = value is { } count ? Arguments.Positive(count) : null; }

    /// <summary>K of the importance-weighted estimate.</summary>
    public long Particles { get; init => field = Arguments.Positive(value); } = 1000;

    /// <summary>Draws per example for ELBO, rate and distortion.</summary>
    public long BoundParticles { get; init => field = Arguments.Positive(value); } = 10;

    /// <summary>Examples, at equal distances among those evaluated, whose pairs measure the information in the latent variables.</summary>
    public long InformationExamples { get; init => field = Arguments.Positive(value); } = 2000;

    /// <summary>Annealed importance sampling as a check on the estimate; null: none.</summary>
    public AnnealedImportanceSampling? Annealing { get; init; }

    /// <summary>Examples, at equal distances among those evaluated, that are annealed.</summary>
    public long AnnealedExamples { get; init => field = Arguments.Positive(value); } = 100;

    /// <summary>The seed of all draws, and of dynamic binarization.</summary>
    public ulong Seed { get; init; }
}
