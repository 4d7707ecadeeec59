using Latent.Data;
using Latent.Torch;

namespace Latent.Objectives;

/// <summary>What a player minimises: a formula over traces of a model, never a method of the model.</summary>
public abstract class Objective
{
    /// <summary>
    /// Whether the loss of a batch is more than a mean over its examples (batch statistics, contrasts between examples), so that
    /// a batch must not be shared out among replicas.
    /// </summary>
    public abstract bool CouplesExamples { get; }

    /// <summary>The loss of a batch, and what it is made of.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="rng">The stream of the run; the objective forks its own by name and step.</param>
    /// <param name="step">The step, for schedules and streams.</param>
    public abstract Loss Evaluate(Batch batch, Rng rng, long step);
}
