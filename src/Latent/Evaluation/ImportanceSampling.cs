using Latent.Data;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>
/// log p(x) by K draws from the posterior: log 1/K Σ_k w_k, w_k = p(x, z_k) / q(z_k|x). Its expectation is the bound L_K, which
/// does not fall with K and tends to log p(x).
/// </summary>
/// <remarks>
/// <para>Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders (2016), section 5.</para>
/// <para>Units: nats, of the data as the model sees them.</para>
/// <para>Numerics: draws come in groups of 64, each with a stream of its own whose rows are the examples; so the numbers of an
/// example do not depend on batches and threads, and memory does not grow with K. Sums are taken in double precision.</para>
/// </remarks>
public static class ImportanceSampling
{
    /// <summary>How many draws of an example come from one stream, and are made at once.</summary>
    private const long Group = 64;

    /// <summary>The estimate for each example.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples.</param>
    /// <param name="rng">The stream of the draws, and of dynamic binarization.</param>
    /// <param name="particles">K.</param>
    public static LogLikelihoods LogLikelihood(ModelReplicas replicas, Dataset data, Rng rng, long particles)
    {
        Arguments.Positive(particles);
        var logLikelihoods = new double[data.Count];
        var sampleSizes = new double[data.Count];
        replicas.ForEach(replicas.Batches(data, rng, Math.Min(particles, Group)), (model, batch) =>
        {
            var count = batch.Indices.Length;
            var sums = new WeightSum[count];
            Array.Fill(sums, new());
            for (var first = 0L; first < particles; first += Group)
            {
                using var scope = TensorScope.Open();
                var stream = rng.Fork("importance", first / Group).Rows(batch.Indices, axis: 1);
                var logWeights = model.Infer(batch.X, stream, Math.Min(Group, particles - first), batch.Labels).LogWeight; // [K, B]
                var values = logWeights.To(ElementType.Float64).ToArray<double>();
                for (var i = 0; i < values.Length; i++) sums[i % count].Add(values[i]);
            }
            for (var b = 0; b < count; b++)
                (logLikelihoods[batch.Indices.Span[b]], sampleSizes[batch.Indices.Span[b]]) = (sums[b].LogMean, sums[b].EffectiveSampleSize);
        });
        return new(logLikelihoods, LikelihoodKind.Estimate, particles, sampleSizes);
    }
}
