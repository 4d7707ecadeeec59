using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Objectives;

/// <summary>
/// The evidence lower bound, log p(x) ≥ E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) = −distortion − rate. Minimised is
/// distortion + β rate, or one of the variants below; without latents that is −log p(x).
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Welling (2014), equation 3; β: Higgins et al., beta-VAE (2017), equation 4.</para>
/// <para>Units: nats per example. The term <c>elbo</c> is the bound itself, whatever β, free bits and capacity are; without latents it is exact.</para>
/// </remarks>
/// <param name="model">p and q.</param>
public sealed class Elbo(LatentVariableModel model) : Objective
{
    /// <summary>β of each step: constant, linear, cyclic, sigmoid.</summary>
    public Schedule Beta { get; init; } = Schedules.Constant(1);

    /// <summary>
    /// λ nats of rate per latent coordinate that cost as much as less: a coordinate counts max(λ, its mean rate over the batch),
    /// so that none is pressed below λ. 0: none.
    /// </summary>
    /// <remarks>Source: Kingma et al., Improving variational inference with inverse autoregressive flow (2016), equation 15.</remarks>
    public double FreeBits
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Free bits are a finite number of nats, at least 0.");
    }

    /// <summary>C of each step, in nats: instead of β rate the model pays β |rate − C|, the rate being the batch's mean. Null: none.</summary>
    /// <remarks>Source: Burgess et al., Understanding disentangling in beta-VAE (2018), equation 8.</remarks>
    public Schedule? Capacity { get; init; }

    /// <summary>Whether the rate is estimated by log q(z|x) − log p(z) even where it has a closed form.</summary>
    public bool IsMonteCarlo { get; init; }

    /// <summary>K, draws of z per example.</summary>
    public long Particles { get; init => field = Arguments.Positive(value); } = 1;

    /// <inheritdoc/>
    public override bool CouplesExamples => FreeBits > 0 || Capacity is not null;

    /// <inheritdoc/>
    public override Loss Evaluate(Batch batch, Rng rng, long step)
    {
        var trace = model.Infer(batch.X, rng.Fork("elbo", step).Rows(batch.Indices, axis: 1), Particles, batch.Labels);
        var distortion = trace.Distortion.Mean();
        if (trace.Rate is null) return new(distortion, [new("elbo", -distortion.Detach())]);
        var rate = (IsMonteCarlo ? -(trace.LogWeight + trace.Distortion) : trace.Rate).Mean();
        var beta = Beta(step);
        var sum = distortion + rate;
        var penalty = Capacity is { } capacity ? (rate - capacity(step)).Abs() : FreeBits > 0 ? FreeRate(trace) : rate;
        return new(beta == 1 && ReferenceEquals(penalty, rate) ? sum : distortion + beta * penalty,
        [
            new("elbo", -sum.Detach()),
            new("rate", rate.Detach()),
            new("distortion", distortion.Detach()),
        ]);
    }

    /// <summary>Σ over coordinates of max(λ, mean rate over the batch); a site without rates per coordinate counts as one.</summary>
    private Tensor FreeRate(Trace trace)
    {
        Tensor? sum = null;
        foreach (var site in trace.Latents)
        {
            var rates = site.RatePerCoordinate is { } coordinates
                ? coordinates.Flatten(0, coordinates.Rank - 1 - site.Prior.EventShape.Rank).Mean(0) // [*event]
                : site.Rate.Mean();
            var counted = rates.ClampMin(FreeBits).Sum();
            sum = sum is null ? counted : sum + counted;
        }
        return sum!;
    }
}
