using Latent.Distributions;
using Latent.Torch;

namespace Latent.Models;

/// <summary>Latents come from the prior, but those that a predicate names from the posterior; observations are drawn.</summary>
internal sealed class GeneratingTracer(Rng rng, long particles, long examples, Predicate<string> fromPosterior) : Tracer(rng, particles, examples, drawsObservations: true)
{
    private protected override LatentSite Choose(string name, Distribution prior, Func<Distribution> posterior)
    {
        var q = fromPosterior(name) ? posterior() : null;
        var source = q ?? prior;
        return new(name, source.Sample(Stream(name), MissingAxes(source).AsSpan()), prior, q);
    }
}
