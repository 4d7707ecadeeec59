using System.Diagnostics;
using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>Measures all there is to know of a model on a data set.</summary>
public static class Evaluator
{
    /// <summary>Likelihood, bound, information and diagnosis.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="model">What it is called in the report.</param>
    /// <param name="splits">The data.</param>
    /// <param name="part">The set to evaluate on, one of those in <paramref name="splits"/>.</param>
    /// <param name="settings">How closely to look.</param>
    /// <param name="stage">Hears what is measured next; how far it is, <see cref="ModelReplicas.Progressed"/> hears.</param>
    public static EvaluationReport Evaluate(ModelReplicas replicas, EvaluatedModel model, DataSplits splits, Dataset part, EvaluationSettings settings, Action<string>? stage = null)
    {
        var start = Stopwatch.GetTimestamp();
        var protocol = EvaluationProtocol.Of(splits, part, settings);
        var data = part.Strided(protocol.Examples);
        var rng = new Rng(settings.Seed).Fork("evaluation");
        bool hasLatents = false, isMass = false, hasCoins = false, isLevels = false;
        replicas.OnFirst(data, rng, trace =>
        {
            hasLatents = trace.Latents.Count > 0;
            isMass = trace.Observations.All(site => IsMass(Factors(site)));
            hasCoins = trace.Observations.Any(site => HasCoins(Factors(site)));
            isLevels = trace.Observations.Any(site => site.Likelihood is Independent { Inner: Quantized }); // the latent variable is x itself, but for noise: no code
        });
        var isGrey = data is { Levels: > 2, Preprocessing.Binarization: Binarization.None };
        long? dimensions = isMass && isGrey && !data.IsSequence ? data.EventShape.Elements : null;
        var report = new EvaluationReport { Model = model, Protocol = protocol };
        report = hasLatents ? WithLatents() : report with { Likelihood = Summary(ExactLikelihood.LogLikelihood(replicas, data, rng)) };
        return report with { Notes = [.. NotesOn(report, isGrey && hasCoins)], Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };

        LikelihoodEstimate Summary(LogLikelihoods values) => values.InOriginalUnits(splits.Standardization).Mean(dimensions);

        EvaluationReport WithLatents()
        {
            stage?.Invoke("bound");
            var bound = VariationalBound.Of(replicas, data, rng, settings.BoundParticles);
            if (!isLevels)
            {
                stage?.Invoke("information");
                var information = AggregatePosterior.Information(replicas, data.Strided(settings.InformationExamples), rng);
                report = report with
                {
                    Rate = bound.Rates.Average(),
                    Distortion = bound.Distortions.Average() - (splits.Standardization?.LogDet ?? 0),
                    Latents = bound.Latents,
                    Information = information,
                    Diagnosis = CollapseDiagnosis.Of(bound.Latents, information),
                };
            }
            stage?.Invoke("likelihood");
            var likelihoods = ImportanceSampling.LogLikelihood(replicas, data, rng, settings.Particles);
            report = report with { Likelihood = Summary(likelihoods), Elbo = Summary(bound.Elbo) };
            if (settings.Annealing is { } annealing)
            {
                stage?.Invoke("annealing");
                var few = data.Strided(settings.AnnealedExamples);
                report = report with
                {
                    Annealed = Summary(annealing.LogLikelihood(replicas, few, rng)),
                    LikelihoodOfAnnealed = Summary(ImportanceSampling.LogLikelihood(replicas, few, rng, settings.Particles)),
                };
            }
            return report;
        }
    }

    private static IEnumerable<string> NotesOn(EvaluationReport report, bool hasGreyCoins)
    {
        if (report.Model.IsConditional)
            yield return "The model is one of x given its class: log p(x|class) may exceed log p(x) by as much as the class tells of x, so do not compare it with a model of x alone.";
        if (hasGreyCoins)
            yield return $"The likelihood is one of coins, and the data have {report.Protocol.Levels} levels: what is given is an expected log-likelihood, no probability of x. Binarize the data before you compare.";
        if (report.Likelihood is { EffectiveSampleSize: { } size, Particles: { } particles } && particles >= 10 && size < Math.Max(3, 0.01 * particles))
            yield return $"Of {particles} draws {size:0.0} count on average, so the estimate may lie well below log p(x): take more draws, or check it by annealing.";
        if (report.Information is { IsAtCeiling: true } information)
            yield return $"The information is near log {information.Examples} = {information.Ceiling:0.00} nats, the most that {information.Examples} examples can show: it may be larger, and the marginal divergence smaller.";
        if (report is { Annealed: { } annealed, LikelihoodOfAnnealed: { } sampled } && annealed.LogLikelihood - sampled.LogLikelihood > 0.5)
            yield return $"Annealing finds {annealed.LogLikelihood - sampled.LogLikelihood:0.00} nats more than {sampled.Particles} draws do on the same examples: the encoder misses part of the posterior.";
    }

    /// <summary>The likelihood, or by the chain rule its factors, which are all of a kind; of a mixture a component.</summary>
    private static Distribution Factors(ObservedSite site)
    {
        var likelihood = site.Likelihood is EqualMixture { Components: [var first, ..] } ? first : site.Likelihood;
        return likelihood is Autoregression chain ? chain.Given(site.Value) : likelihood;
    }

    /// <summary>Whether a distribution gives levels probabilities: not densities, and not what coins say of grey values.</summary>
    private static bool IsMass(Distribution distribution) => distribution switch
    {
        Independent independent => IsMass(independent.Inner),
        Mixture mixture => IsMass(mixture.Components),
        _ => distribution is Categorical or OneHotCategorical or DiscretizedLogistic or DiscretizedLogisticMixture or Graded or Quantized,
    };

    private static bool HasCoins(Distribution distribution) => distribution switch
    {
        Independent independent => HasCoins(independent.Inner),
        Mixture mixture => HasCoins(mixture.Components),
        _ => distribution is Bernoulli,
    };
}
