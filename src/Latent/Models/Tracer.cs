using Latent.Distributions;
using Latent.Torch;

namespace Latent.Models;

/// <summary>
/// What a model's program talks to: it names each variable, and the tracer decides where its value comes from. The same
/// program infers, generates, replays.
/// </summary>
/// <remarks>Shapes: K particles, B examples; values are [K, B, *event].</remarks>
public abstract class Tracer
{
    private readonly List<LatentSite> latents = [];
    private readonly List<ObservedSite> observations = [];
    private readonly Rng rng;
    private readonly bool drawsObservations;

    private protected Tracer(Rng rng, long particles, long examples, bool drawsObservations = false) =>
        (this.rng, Particles, Examples, this.drawsObservations) = (rng, Arguments.Positive(particles), Arguments.Positive(examples), drawsObservations);

    /// <summary>K.</summary>
    public long Particles { get; }

    /// <summary>B.</summary>
    public long Examples { get; }

    /// <summary>A latent variable.</summary>
    /// <param name="name">A name of its own.</param>
    /// <param name="prior">p(z), given what came before.</param>
    /// <param name="posterior">Makes q(z|x), given what came before; not called where it is not needed. Null: the prior stands for it.</param>
    /// <returns>Its value, [K, B, *event].</returns>
    public Tensor Latent(string name, Distribution prior, Func<Distribution>? posterior = null)
    {
        RefuseDuplicate(name);
        var site = Choose(name, prior, posterior ?? (() => prior));
        latents.Add(site);
        return site.Value;
    }

    /// <summary>An observed variable.</summary>
    /// <param name="name">A name of its own.</param>
    /// <param name="likelihood">p(x|z).</param>
    /// <param name="x">What was observed, [B, *event]; null where nothing was. It is drawn then, and always when generating.</param>
    /// <returns>Its value, [1, B, *event], or [K, B, *event] if it was drawn.</returns>
    public Tensor Observed(string name, Distribution likelihood, Tensor? x)
    {
        RefuseDuplicate(name);
        var value = drawsObservations || x is null ? likelihood.Sample(Stream(name), MissingAxes(likelihood).AsSpan()) : x.Unsqueeze(0);
        observations.Add(new(name, likelihood, value));
        return value;
    }

    /// <summary>Where the value of a latent variable comes from.</summary>
    private protected abstract LatentSite Choose(string name, Distribution prior, Func<Distribution> posterior);

    /// <summary>What was seen.</summary>
    internal Trace Finish() => TraceWatch.Saw(new(Particles, Examples, latents, observations));

    /// <summary>The random numbers of a variable; axis 1 of its values runs over the examples.</summary>
    private protected Rng Stream(string name) => rng.Fork(name);

    /// <summary>Those of the axes [K, B] that a distribution's batch has not.</summary>
    private protected Shape MissingAxes(Distribution distribution)
    {
        Shape all = [Particles, Examples];
        var batch = distribution.BatchShape;
        if (batch.Rank > 2 || (batch.Rank > 0 && batch[^1] != Examples && batch[^1] != 1) || batch.Rank == 2 && batch[0] != Particles && batch[0] != 1)
            throw new ArgumentException($"{distribution.GetType().Name} has batch shape {batch} and event shape {distribution.EventShape}; in a model of {Particles} particles and {Examples} examples the batch must be [], [{Examples}] or {all}. Take further axes into the event with Independent.", nameof(distribution));
        return all[..(2 - batch.Rank)];
    }

    private void RefuseDuplicate(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (latents.Exists(site => site.Name == name) || observations.Exists(site => site.Name == name))
            throw new ArgumentException($"The program has two variables called '{name}'; give each a name of its own, in a loop with its number: z/0, z/1.", nameof(name));
    }
}
