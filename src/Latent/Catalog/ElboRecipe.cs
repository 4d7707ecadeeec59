using Latent.Models;
using Latent.Objectives;

namespace Latent.Catalog;

/// <summary>The evidence lower bound and its variants: <see cref="Elbo"/>.</summary>
public sealed record ElboRecipe : ObjectiveRecipe
{
    /// <summary>β over the epochs.</summary>
    public ScheduleRecipe Beta { get; init; } = new ConstantRecipe { Value = 1 };

    /// <summary>λ nats per latent coordinate that are free.</summary>
    public double FreeBits
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Free bits are a finite number of nats, at least 0.");
    }

    /// <summary>C over the epochs, in nats; null: none.</summary>
    public ScheduleRecipe? Capacity { get; init; }

    /// <summary>Whether the rate is estimated by draws even where it has a closed form.</summary>
    public bool MonteCarlo { get; init; }

    /// <summary>Draws of z per example.</summary>
    public long Particles { get; init => field = Arguments.Positive(value, "particles"); } = 1;

    /// <inheritdoc/>
    public override string Criterion => "elbo";

    /// <inheritdoc/>
    public override bool NeedsExactLikelihood => false;

    /// <inheritdoc/>
    public override Objective Build(LatentVariableModel model, long stepsPerEpoch) => new Elbo(model)
    {
        Beta = Beta.Build(stepsPerEpoch),
        FreeBits = FreeBits,
        Capacity = Capacity?.Build(stepsPerEpoch),
        IsMonteCarlo = MonteCarlo,
        Particles = Particles,
    };
}
