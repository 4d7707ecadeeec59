using Latent.Data;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>How probable each example is: low scores mark what does not look like the training data.</summary>
public static class Scores
{
    /// <summary>log p(x) of each example: exact for a model without latent variables, else estimated from draws.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples, as the model wants them.</param>
    /// <param name="rng">The stream of the draws, and of dynamic binarization.</param>
    /// <param name="particles">K, draws per example where there are latent variables.</param>
    /// <param name="standardization">What was done to the data, so that densities are those of the original units; null if nothing was.</param>
    public static LogLikelihoods LogLikelihood(ModelReplicas replicas, Dataset data, Rng rng, long particles = 100, Standardization? standardization = null)
    {
        var hasLatents = false;
        replicas.OnFirst(data, rng, trace => hasLatents = trace.Latents.Count > 0);
        var scores = hasLatents ? ImportanceSampling.LogLikelihood(replicas, data, rng, particles) : ExactLikelihood.LogLikelihood(replicas, data, rng);
        return scores.InOriginalUnits(standardization);
    }
}
