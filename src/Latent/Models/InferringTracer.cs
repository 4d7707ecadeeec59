using Latent.Distributions;
using Latent.Divergences;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Models;

/// <summary>Latents come from the posterior; with cuts, the program goes on with leaves that carry their own gradients.</summary>
internal sealed class InferringTracer(Rng rng, long particles, long examples, bool cut) : Tracer(rng, particles, examples)
{
    private protected override LatentSite Choose(string name, Distribution prior, Func<Distribution> posterior)
    {
        var q = posterior();
        if (q is Transformed && !cut)
        {
            // A flow scores its draws as it makes them; going back through its inverse would cost as much again, if it has one.
            var (x, logPosterior) = q.IsReparameterized ? q.RSampleWithLogProb(Stream(name), MissingAxes(q).AsSpan()) : q.SampleWithLogProb(Stream(name), MissingAxes(q).AsSpan());
            return new(name, x, prior, q, logPosterior: logPosterior);
        }
        var (draw, divergence, logRatio) = KL.Sample(q, prior, Stream(name), MissingAxes(q).AsSpan());
        if (!cut) return new(name, draw, prior, q, divergence: divergence, logRatio: logRatio);
        var leaf = draw.Detach();
        leaf.RequiresGrad = true;
        return new(name, leaf, prior, q, draw, divergence);
    }
}
