using Latent.Distributions;
using Latent.Divergences;
using Latent.Torch;

namespace Latent.Models;

/// <summary>A latent variable of a trace: its value, what the model says of it, and where the value came from.</summary>
/// <remarks>Shapes: K particles, B examples; a value is [K, B, *event], its log-probabilities are [K, B]. Units: nats.</remarks>
public sealed class LatentSite
{
    private Tensor? logPrior;
    private Tensor? logPosterior;
    private Tensor? divergence;
    private Tensor? logRatio;

    internal LatentSite(string name, Tensor value, Distribution prior, Distribution? posterior, Tensor? draw = null, Tensor? divergence = null, Tensor? logRatio = null, Tensor? logPosterior = null) =>
        (Name, Value, Prior, Posterior, Draw, this.divergence, this.logRatio, this.logPosterior) = (name, value, prior, posterior, draw ?? value, divergence, logRatio, logPosterior);

    /// <summary>The site's name, unique in the model.</summary>
    public string Name { get; }

    /// <summary>z, which the rest of the program saw, [K, B, *event].</summary>
    public Tensor Value { get; }

    /// <summary>The draw as a differentiable function of the posterior's parameters: the value itself, but where the trace is cut there (<see cref="LatentVariableModel.Infer"/>).</summary>
    public Tensor Draw { get; }

    /// <summary>p(z), given what came before.</summary>
    public Distribution Prior { get; }

    /// <summary>q(z|x), given what came before; null where the value came from the prior.</summary>
    public Distribution? Posterior { get; }

    /// <summary>log p(z), [K, B].</summary>
    public Tensor LogPrior => logPrior ??= Prior.LogProb(Value);

    /// <summary>log q(z|x), [K, B]; log p(z) where the value came from the prior.</summary>
    public Tensor LogPosterior => logPosterior ??= Posterior is null ? LogPrior : Posterior.LogProb(Value);

    /// <summary>log p(z) − log q(z|x), [K, B]: the site's part of the importance weight; 0 where the value came from the prior.</summary>
    public Tensor LogRatio => logRatio ??= Posterior is null ? LogPrior.ZerosLike() : LogPrior - LogPosterior;

    /// <summary>KL(q(z|x) ‖ p(z)) in closed form, [B] or [K, B]; where there is none, −<see cref="LogRatio"/>, an unbiased estimate.</summary>
    public Tensor Rate => divergence ??= Posterior is null ? LogPrior.ZerosLike() : KL.ClosedForm(Posterior, Prior) ?? -LogRatio;

    /// <summary>KL of each coordinate, [B, *event] or [K, B, *event], whose sum is the closed form; null where there is none.</summary>
    public Tensor? RatePerCoordinate => Posterior is null ? null : KL.PerCoordinate(Posterior, Prior);
}
