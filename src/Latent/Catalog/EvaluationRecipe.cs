using Latent.Evaluation;

namespace Latent.Catalog;

/// <summary>How a trained model is measured.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>K of the importance-sampled estimate of log p(x).</summary>
    public long Particles { get; init => field = Arguments.Positive(value, "particles"); } = 200;

    /// <summary>At most this many test examples, evenly spaced; null: all.</summary>
    public long? Examples { get; init => field = value is { } count ? Arguments.Positive(count, "examples") : null; }

    /// <summary>The settings it stands for.</summary>
    public EvaluationSettings Settings => new() { Particles = Particles, Examples = Examples };
}
