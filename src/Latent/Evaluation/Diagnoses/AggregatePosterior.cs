using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Evaluation;

/// <summary>The aggregate posterior q(z) = 1/N Σ_j q(z|x_j) of N examples, and the information that it measures.</summary>
/// <remarks>
/// <para>Source: Hoffman and Johnson, ELBO surgery (2016).</para>
/// <para>Numerics: with one draw z_i ~ q(z|x_i) of each example, I = 1/N Σ_i [log q(z_i|x_i) − log q(z_i)] and
/// KL(q(z) ‖ p(z)) = 1/N Σ_i [log q(z_i) − log p(z_i)]. All N² pairs are looked at: take some thousand examples.</para>
/// </remarks>
public static class AggregatePosterior
{
    /// <summary>Estimates information and marginal divergence of the examples.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples, some thousand at most.</param>
    /// <param name="rng">The stream of the draws, and of dynamic binarization.</param>
    /// <returns>
    /// The estimate; null where the prior depends on labels, so that there is no one prior to compare q(z) with, and where a posterior
    /// gives no densities but of its own draws.
    /// </returns>
    /// <exception cref="NotSupportedException">The model has no latent variables.</exception>
    public static InformationEstimate? Information(ModelReplicas replicas, Dataset data, Rng rng)
    {
        bool isOpen = false, dependsOnXAlone = true, hasUnits = true;
        replicas.OnFirst(data, rng, trace =>
        {
            if (trace.Latents.Count == 0) throw new NotSupportedException("The model has no latent variables, hence no information in them.");
            isOpen = data.Labels is not null && trace.Latents.Any(site => site.Prior.BatchShape.Rank == 1)
                || trace.Latents.Any(site => site.Posterior is Transformed { Transform.HasInverse: false });
            dependsOnXAlone = trace.Latents.All(site => site.Posterior!.BatchShape.Rank <= 1);
            hasUnits = dependsOnXAlone && trace.Latents.All(site => site.Prior.BatchShape.Rank <= 1 && Units(site.Prior) is not null && Units(site.Posterior!) is not null);
        });
        if (isOpen) return null;

        var (information, divergence, unitDivergence) = (new double[data.Count], new double[data.Count], new double[data.Count]);
        // Direct pairs cost a few operations on a latent variable, replayed ones a run of the program.
        var draws = replicas.Batches(data, rng, dependsOnXAlone ? 1 : 16);
        var examples = replicas.Batches(data, rng, dependsOnXAlone ? 4 : draws.Size);
        replicas.ForEach(draws, (model, batch) =>
        {
            var drawn = Infer(model, batch, rng);
            Tensor? together = null, apart = null; // log Σ_j q(z_i|x_j) of whole draws [draws] and unit by unit [draws, units]
            for (var step = 0L; step < examples.PerEpoch; step++)
            {
                using var inner = TensorScope.Open();
                var others = examples.At(step);
                var units = hasUnits ? Join(drawn, Infer(model, others, rng), (site, other) => Units(other.Posterior!)!.LogProb(Across(site)).Flatten(2)) : null; // [draws, examples, units]
                var pairs = units is not null ? units.Sum(-1)
                    : dependsOnXAlone ? Added(drawn, Infer(model, others, rng), (site, other) => other.Posterior!.LogProb(Across(site)))
                    : Replayed(model, others, drawn);
                Accumulate(inner, ref together, pairs);
                if (units is not null) Accumulate(inner, ref apart, units);
            }
            var logN = Math.Log(data.Count);
            var (own, prior) = (Added(drawn, drawn, (site, _) => site.LogPosterior), Added(drawn, drawn, (site, _) => site.LogPrior));
            Put(information, own[0] - (together! - logN));
            Put(divergence, together! - logN - prior[0]);
            if (hasUnits)
                Put(unitDivergence, (apart! - logN - Join(drawn, drawn, (site, _) => Units(site.Prior)!.LogProb(site.Value).Flatten(2))[0]).Sum(-1));

            void Put(double[] results, Tensor values)
            {
                var numbers = values.ToArray<double>();
                for (var i = 0; i < numbers.Length; i++) results[batch.Indices.Span[i]] = numbers[i];
            }
        });
        return new(
            information.Average(), Bootstrap.Mean(information).StandardError, divergence.Average(), Bootstrap.Mean(divergence).StandardError,
            hasUnits ? unitDivergence.Average() : null, data.Count);
    }

    private static IReadOnlyList<LatentSite> Infer(LatentVariableModel model, Batch batch, Rng rng) =>
        model.Infer(batch.X, rng.Fork("aggregate").Rows(batch.Indices, axis: 1), context: batch.Labels).Latents;

    /// <summary>The draws [1, draws, *event] against a batch of examples: [draws, 1, *event].</summary>
    private static Tensor Across(LatentSite site) => site.Value.Transpose(0, 1);

    /// <summary>log q(z_i|x_j), [draws, examples], of any posterior, by running the program with each draw for each example.</summary>
    private static Tensor Replayed(LatentVariableModel model, Batch others, IReadOnlyList<LatentSite> drawn)
    {
        var values = drawn.ToDictionary(site => site.Name, site => Across(site).Expand([site.Value.Size(1), others.Indices.Length, .. site.Value.Shape[2..]]));
        return model.Replay(values, others.X, default, others.Labels).LogPosterior.To(ElementType.Float64);
    }

    /// <summary>log (e^sum + Σ_j e^terms_j), where j runs over axis 1, in the place of the sum.</summary>
    private static void Accumulate(TensorScope inner, ref Tensor? sum, Tensor terms)
    {
        var more = terms.LogSumExp(1);
        if (sum is null) sum = inner.Return(more);
        else inner.Replace(ref sum, sum.LogAddExp(more));
    }

    private static Tensor Added(IReadOnlyList<LatentSite> sites, IReadOnlyList<LatentSite> others, Func<LatentSite, LatentSite, Tensor> term)
    {
        var sum = term(sites[0], others[0]).To(ElementType.Float64);
        for (var s = 1; s < sites.Count; s++) sum = sum + term(sites[s], others[s]).To(ElementType.Float64);
        return sum;
    }

    private static Tensor Join(IReadOnlyList<LatentSite> sites, IReadOnlyList<LatentSite> others, Func<LatentSite, LatentSite, Tensor> units) =>
        Tensor.Cat([.. sites.Zip(others, (site, other) => units(site, other).To(ElementType.Float64))], -1);

    /// <summary>The distribution of each unit, with the event's axes in the batch; null where units are not independent.</summary>
    private static Distribution? Units(Distribution distribution) => distribution switch
    {
        DiagonalNormal normal => normal.Coordinates,
        Independent independent when independent.Axes == independent.EventShape.Rank => independent.Inner,
        _ => null,
    };
}
