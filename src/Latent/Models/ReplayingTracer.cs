using Latent.Distributions;
using Latent.Torch;

namespace Latent.Models;

/// <summary>Latents have given values; the posterior is asked only if there are observations to infer from.</summary>
internal sealed class ReplayingTracer(Rng rng, long particles, long examples, IReadOnlyDictionary<string, Tensor> values, bool hasPosterior) : Tracer(rng, particles, examples)
{
    private protected override LatentSite Choose(string name, Distribution prior, Func<Distribution> posterior) => values.TryGetValue(name, out var value)
        ? new(name, value, prior, hasPosterior ? posterior() : null)
        : throw new KeyNotFoundException($"The model has a latent variable '{name}', and no value was given for it; there are values for {string.Join(", ", values.Keys)}.");
}
