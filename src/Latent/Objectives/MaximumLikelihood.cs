using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Objectives;

/// <summary>−log p(x) of a model without latent variables.</summary>
/// <remarks>Units: nats per example.</remarks>
/// <param name="model">A model whose likelihood is exact.</param>
public sealed class MaximumLikelihood(LatentVariableModel model) : Objective
{
    /// <inheritdoc/>
    public override bool CouplesExamples => false;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model has latent variables.</exception>
    public override Loss Evaluate(Batch batch, Rng rng, long step)
    {
        var trace = model.Infer(batch.X, rng.Fork("likelihood", step).Rows(batch.Indices, axis: 1), context: batch.Labels);
        if (trace.Latents is [var latent, ..])
            throw new NotSupportedException($"log p(x) has no closed form for a model with latent variables ('{latent.Name}'): minimise Elbo or ImportanceWeighted.");
        var loss = trace.Distortion.Mean();
        return new(loss, [new("log-likelihood", -loss.Detach())]);
    }
}
