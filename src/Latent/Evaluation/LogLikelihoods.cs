using System.Numerics.Tensors;
using Latent.Data;

namespace Latent.Evaluation;

/// <summary>log p(x) of each example of a data set, in its order, and what kind of number that is.</summary>
/// <param name="Nats">One per example, in nats.</param>
/// <param name="Kind">The kind of each.</param>
/// <param name="Particles">K, the draws per example; null for exact ones.</param>
/// <param name="EffectiveSampleSizes">For each example (Σ w)² / Σ w² of its weights, between 1 and K; null without weights.</param>
public sealed record LogLikelihoods(IReadOnlyList<double> Nats, LikelihoodKind Kind, long? Particles = null, IReadOnlyList<double>? EffectiveSampleSizes = null)
{
    /// <summary>The densities of data before they were standardised: log p(x) = log p(z) + log |dz/dx|.</summary>
    /// <param name="standardization">z of x; null if there was none.</param>
    public LogLikelihoods InOriginalUnits(Standardization? standardization) =>
        standardization is null ? this : this with { Nats = [.. Nats.Select(nats => nats + standardization.LogDet)] };

    /// <summary>The mean over the examples.</summary>
    /// <param name="dimensions">D of bits per dimension; null where they mean nothing.</param>
    public LikelihoodEstimate Mean(long? dimensions = null)
    {
        var values = Nats.ToArray();
        var mean = TensorPrimitives.Average<double>(values);
        var (error, lower, upper) = Bootstrap.Mean(values);
        return new()
        {
            LogLikelihood = mean,
            Kind = Kind,
            Particles = Particles,
            StandardError = error,
            Lower = lower,
            Upper = upper,
            Examples = values.Length,
            BitsPerDimension = dimensions is { } d ? -mean / (d * Math.Log(2)) : null,
            EffectiveSampleSize = EffectiveSampleSizes?.Average(),
        };
    }
}
