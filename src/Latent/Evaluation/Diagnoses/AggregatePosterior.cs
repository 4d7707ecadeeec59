using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>The aggregate posterior q(z) = 1/N Σ_j q(z|x_j) of N examples, and the information that it measures.</summary>
/// <remarks>
/// <para>Source: Hoffman and Johnson, ELBO surgery (2016).</para>
/// <para>Numerics: with one draw z_i ~ q(z|x_i) of each example, I = 1/N Σ_i [log q(z_i|x_i) − log q(z_i)] and
/// KL(q(z) ‖ p(z)) = 1/N Σ_i [log q(z_i) − log p(z_i)]. All N² pairs are looked at: take some thousand examples.</para>
/// </remarks>
public static class AggregatePosterior
{
    /// <summary>Draws that are compared with a batch of examples at once.</summary>
    private const long Draws = 64;

    /// <summary>Estimates information and marginal divergence of the examples.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples, some thousand at most.</param>
    /// <param name="rng">The stream of the draws, and of dynamic binarization.</param>
    /// <returns>The estimate; null where the prior depends on labels, so that there is no one prior to compare q(z) with.</returns>
    /// <exception cref="NotSupportedException">The model has no latent variables.</exception>
    public static InformationEstimate? Information(ModelReplicas replicas, Dataset data, Rng rng)
    {
        bool isConditional = false, dependsOnXAlone = true;
        replicas.OnFirst(data, rng, trace =>
        {
            if (trace.Latents.Count == 0) throw new NotSupportedException("The model has no latent variables, hence no information in them.");
            isConditional = data.Labels is not null && trace.Latents.Any(site => site.Prior.BatchShape.Rank == 1);
            dependsOnXAlone = trace.Latents.All(site => site.Posterior!.BatchShape.Rank <= 1);
        });
        if (isConditional) return null;

        var (information, divergence) = (new double[data.Count], new double[data.Count]);
        var examples = replicas.Batches(data, rng, dependsOnXAlone ? 1 : Draws);
        replicas.ForEach(replicas.Batches(data, rng, data.EventShape.Elements < (1L << 18) / Draws ? Draws : 1), (model, batch) =>
        {
            var drawn = Drawn(model, batch, rng);
            var (own, prior) = (Sum(drawn, site => site.LogPosterior), Sum(drawn, site => site.LogPrior));
            var mixture = new WeightSum[own.Length];
            Array.Fill(mixture, new());
            for (var step = 0L; step < examples.PerEpoch; step++)
            {
                using var scope = TensorScope.Open();
                var others = examples.At(step);
                var pairs = (dependsOnXAlone ? Direct(model, others, drawn, rng) : Replayed(model, others, drawn)).To(ElementType.Float64); // [draws, examples]
                var values = pairs.ToArray<double>();
                for (var i = 0; i < values.Length; i++) mixture[i / others.Indices.Length].Add(values[i]);
            }
            for (var i = 0; i < mixture.Length; i++)
                (information[batch.Indices.Span[i]], divergence[batch.Indices.Span[i]]) = (own[i] - mixture[i].LogMean, mixture[i].LogMean - prior[i]);
        });
        return new(information.Average(), Bootstrap.Mean(information).StandardError, divergence.Average(), Bootstrap.Mean(divergence).StandardError, data.Count);
    }

    private static IReadOnlyList<LatentSite> Drawn(LatentVariableModel model, Batch batch, Rng rng) =>
        model.Infer(batch.X, rng.Fork("aggregate").Rows(batch.Indices, axis: 1), context: batch.Labels).Latents;

    /// <summary>log q(z_i|x_j), [draws, examples], where each posterior depends on x alone.</summary>
    private static Tensor Direct(LatentVariableModel model, Batch others, IReadOnlyList<LatentSite> drawn, Rng rng)
    {
        Tensor? sum = null;
        foreach (var (site, given) in drawn.Zip(Drawn(model, others, rng)))
        {
            var term = given.Posterior!.LogProb(site.Value.Transpose(0, 1)).Expand([site.Value.Size(1), others.Indices.Length]);
            sum = sum is null ? term : sum + term;
        }
        return sum!;
    }

    /// <summary>The same for any posterior, by running the program with each draw for each example.</summary>
    private static Tensor Replayed(LatentVariableModel model, Batch others, IReadOnlyList<LatentSite> drawn)
    {
        var values = drawn.ToDictionary(site => site.Name, site => site.Value.Transpose(0, 1).Expand([site.Value.Size(1), others.Indices.Length, .. site.Value.Shape[2..]]));
        return model.Replay(values, others.X, default, others.Labels).LogPosterior;
    }

    private static double[] Sum(IReadOnlyList<LatentSite> sites, Func<LatentSite, Tensor> term)
    {
        var sum = new double[sites[0].Value.Size(1)];
        foreach (var site in sites)
        {
            var values = term(site).To(ElementType.Float64).ToArray<double>(); // [1, B]
            for (var i = 0; i < sum.Length; i++) sum[i] += values[i];
        }
        return sum;
    }
}
