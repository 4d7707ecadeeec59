using Latent.Data;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>log p(x) of models without latent variables: flows, autoregressive models, any density.</summary>
/// <remarks>Units: nats, of the data as the model sees them.</remarks>
public static class ExactLikelihood
{
    /// <summary>The likelihood of each example.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples.</param>
    /// <param name="rng">The stream of dynamic binarization.</param>
    /// <exception cref="NotSupportedException">The model has latent variables.</exception>
    public static LogLikelihoods LogLikelihood(ModelReplicas replicas, Dataset data, Rng rng)
    {
        var logLikelihoods = new double[data.Count];
        replicas.ForEach(replicas.Batches(data, rng), (model, batch) =>
        {
            var trace = model.Infer(batch.X, rng.Fork("exact").Rows(batch.Indices, axis: 1), context: batch.Labels);
            if (trace.Latents is [var latent, ..])
                throw new NotSupportedException($"log p(x) has no closed form for a model with latent variables ('{latent.Name}'): take {nameof(ImportanceSampling)}.");
            var values = trace.LogWeight.To(ElementType.Float64).ToArray<double>();
            for (var b = 0; b < values.Length; b++) logLikelihoods[batch.Indices.Span[b]] = values[b];
        });
        return new(logLikelihoods, LikelihoodKind.Exact);
    }
}
