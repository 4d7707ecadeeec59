using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>The ELBO of each example with its parts, elbo = −distortion − rate, and what each latent variable carries: one pass over the data.</summary>
/// <remarks>
/// <para>Source: Kingma and Welling, Auto-encoding variational Bayes (2014), equation 3; rate and distortion: Alemi et al., Fixing a broken ELBO (2018).</para>
/// <para>Units: nats per example, of the data as the model sees them.</para>
/// </remarks>
/// <param name="Elbo">The bound of each example.</param>
/// <param name="Rates">KL(q(z|x) ‖ p(z)) of each example, in closed form where there is one.</param>
/// <param name="Distortions">−E_q[log p(x|z)] of each example, estimated by the draws.</param>
/// <param name="Latents">The latent variables in the model's order.</param>
public sealed record VariationalBound(LogLikelihoods Elbo, IReadOnlyList<double> Rates, IReadOnlyList<double> Distortions, IReadOnlyList<LatentActivity> Latents)
{
    /// <summary>Estimates the bound of a model with latent variables.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples.</param>
    /// <param name="rng">The stream of the draws, and of dynamic binarization.</param>
    /// <param name="particles">Draws per example.</param>
    /// <exception cref="NotSupportedException">The model has no latent variables.</exception>
    public static VariationalBound Of(ModelReplicas replicas, Dataset data, Rng rng, long particles = 10)
    {
        var (rates, distortions) = (new double[data.Count], new double[data.Count]);
        var batches = replicas.Batches(data, rng, particles);
        var statistics = new SiteStatistics[batches.PerEpoch][];
        replicas.ForEach(batches, (model, batch) =>
        {
            var trace = model.Infer(batch.X, rng.Fork("elbo").Rows(batch.Indices, axis: 1), particles, batch.Labels);
            if (trace.Rate is not { } rate)
                throw new NotSupportedException($"The model has no latent variables, and its likelihood needs no bound: take {nameof(ExactLikelihood)}.");
            var rateOf = PerExample(rate);
            var distortionOf = PerExample(trace.Distortion);
            for (var b = 0; b < rateOf.Length; b++)
                (rates[batch.Indices.Span[b]], distortions[batch.Indices.Span[b]]) = (rateOf[b], distortionOf[b]);
            statistics[batch.Indices.Span[0] / batches.Size] = [.. trace.Latents.Select(SiteStatistics.Of)];
        });
        var elbos = new double[data.Count];
        for (var i = 0; i < elbos.Length; i++) elbos[i] = -distortions[i] - rates[i];
        var latents = Enumerable.Range(0, statistics[0].Length).Select(site => SiteStatistics.Merge([.. statistics.Select(s => s[site])]));
        return new(new(elbos, LikelihoodKind.LowerBound, particles), rates, distortions, [.. latents]);
    }

    /// <summary>The mean over particles: [K, B] or [B] → B numbers.</summary>
    private static double[] PerExample(Tensor values) => (values.Rank == 2 ? values.To(ElementType.Float64).Mean(0) : values.To(ElementType.Float64)).ToArray<double>();

    /// <summary>What one batch says of a latent variable.</summary>
    private sealed record SiteStatistics(string Name, Shape Shape, long Examples, double Rate, double[]? UnitRates, RunningVariance Means, double[] Noise)
    {
        public static SiteStatistics Of(LatentSite site)
        {
            var shape = site.Prior.EventShape;
            var (mean, noise) = PosteriorMoments.Mean(site);
            var values = mean.ToArray<double>();
            var units = (int)shape.Elements;
            var unitRates = site.RatePerCoordinate is { } rates
                ? rates.To(ElementType.Float64).Flatten(0, rates.Rank - 1 - shape.Rank).Mean(0).ToArray<double>()
                : null;
            return new(site.Name, shape, values.Length / units, site.Rate.To(ElementType.Float64).Mean().Item<double>(), unitRates, RunningVariance.Of(values, units), noise.Mean(0).ToArray<double>());
        }

        public static LatentActivity Merge(SiteStatistics[] batches)
        {
            double examples = batches.Sum(b => b.Examples);
            var means = new RunningVariance(batches[0].Noise.Length);
            foreach (var batch in batches) means.Merge(batch.Means);
            // Estimated means vary more than the true ones, by the variance of the estimate.
            var variances = means.Variance.Zip(Weighted(b => b.Noise), (variance, noise) => Math.Max(0, variance - noise));
            return new(batches[0].Name, batches[0].Shape.AsSpan().ToArray(), Weighted(b => [b.Rate])[0], batches[0].UnitRates is null ? null : Weighted(b => b.UnitRates!), [.. variances]);

            double[] Weighted(Func<SiteStatistics, double[]> values)
            {
                var sum = new double[values(batches[0]).Length];
                foreach (var batch in batches)
                    for (var j = 0; j < sum.Length; j++) sum[j] += values(batch)[j] * (batch.Examples / examples);
                return sum;
            }
        }
    }
}
