using Latent.Torch;

namespace Latent.Models;

/// <summary>One run of a model: every variable with its value and its distributions. All log-probabilities derive from it.</summary>
/// <remarks>Shapes: K particles, B examples. Units: nats. It lives as long as the scope it was made in.</remarks>
public sealed class Trace
{
    internal Trace(long particles, long examples, IReadOnlyList<LatentSite> latents, IReadOnlyList<ObservedSite> observations) =>
        (Particles, Examples, Latents, Observations) = (particles, examples, latents, observations);

    /// <summary>K.</summary>
    public long Particles { get; }

    /// <summary>B.</summary>
    public long Examples { get; }

    /// <summary>The latent variables in the order of the program.</summary>
    public IReadOnlyList<LatentSite> Latents { get; }

    /// <summary>The observed variables in the order of the program.</summary>
    public IReadOnlyList<ObservedSite> Observations { get; }

    /// <summary>log p(x, z), [K, B].</summary>
    public Tensor LogJoint => Sum([.. Latents.Select(site => site.LogPrior), .. Observations.Select(site => site.LogLikelihood)]);

    /// <summary>log q(z|x), [K, B]; 0 without latents.</summary>
    public Tensor LogPosterior => Latents.Count == 0 ? LogJoint.ZerosLike() : Sum([.. Latents.Select(site => site.LogPosterior)]);

    /// <summary>log w = log p(x, z) − log q(z|x), [K, B]: the logarithm of the importance weight.</summary>
    public Tensor LogWeight => Sum([.. Latents.Select(site => site.LogRatio), .. Observations.Select(site => site.LogLikelihood)]);

    /// <summary>The sum of the latents' rates, [K, B] or, the same for all particles, [B]; null without latents.</summary>
    public Tensor? Rate => Latents.Count == 0 ? null : Sum([.. Latents.Select(site => site.Rate)]);

    /// <summary>−log p(x|z), [K, B].</summary>
    public Tensor Distortion => -Sum([.. Observations.Select(site => site.LogLikelihood)]);

    /// <summary>The latent variable of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public LatentSite Latent(string name) => Latents.FirstOrDefault(site => site.Name == name)
        ?? throw new KeyNotFoundException($"The model has no latent variable '{name}'; it has {(Latents.Count == 0 ? "none" : string.Join(", ", Latents.Select(site => site.Name)))}.");

    private static Tensor Sum(Tensor[] terms)
    {
        if (terms.Length == 0) throw new InvalidOperationException("The program names no observed variable: call Observed for x.");
        var sum = terms[0];
        foreach (var term in terms.AsSpan(1)) sum = sum + term;
        return sum;
    }
}
