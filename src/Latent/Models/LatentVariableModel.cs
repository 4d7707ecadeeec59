using Latent.Torch;

namespace Latent.Models;

/// <summary>
/// A joint distribution p(x, z) and an approximation q(z|x) of its posterior, written as one program. What the program is run for
/// (inference, generation, replay) is the tracer's business; what is minimised is an objective's.
/// </summary>
/// <remarks>Shapes: K particles, B examples; x is [B, *event], latents are [K, B, *event]. Units: nats.</remarks>
/// <example>A variational autoencoder:
/// <code>
/// var z = t.Latent("z", prior.Given(context), () => encoder.Given(x));
/// t.Observed("x", decoder.Given(z), x);
/// </code></example>
public abstract class LatentVariableModel
{
    /// <summary>The program: names its latent and observed variables in an order in which each depends on earlier ones only.</summary>
    /// <param name="t">Hands out the values.</param>
    /// <param name="x">What was observed, [B, *event]; null when generating. Used inside posteriors and as the value of <see cref="Tracer.Observed"/>.</param>
    /// <param name="context">What the whole model is conditioned on, such as classes [B]; null if nothing.</param>
    public abstract void Run(Tracer t, Tensor? x, Tensor? context);

    /// <summary>Latents from the posterior q(z|x).</summary>
    /// <param name="x">The examples, [B, *event].</param>
    /// <param name="rng">A stream whose tensors' axis 1 runs over the examples: <c>rng.Rows(indices, axis: 1)</c>.</param>
    /// <param name="particles">K draws for each example.</param>
    /// <param name="context">What the model is conditioned on.</param>
    /// <param name="cut">Whether the program goes on with copies of the draws that are leaves of the graph, so that gradients stop there (<see cref="LatentSite.Draw"/>).</param>
    public Trace Infer(Tensor x, Rng rng, long particles = 1, Tensor? context = null, bool cut = false) =>
        Traced(new InferringTracer(rng, particles, x.Size(0), cut), x, context);

    /// <summary>Latents from the prior, observations from the likelihood.</summary>
    /// <param name="count">B, how many examples to make.</param>
    /// <param name="rng">The stream of the draws.</param>
    /// <param name="context">What the model is conditioned on.</param>
    public Trace Generate(long count, Rng rng, Tensor? context = null) => Traced(new GeneratingTracer(rng, 1, count, _ => false), null, context);

    /// <summary>Latents with given values [K, B, *event], by name: bitwise the trace they were taken from, if its x is given.</summary>
    /// <param name="values">The value of each latent variable.</param>
    /// <param name="x">The examples; null to have them drawn, without posteriors.</param>
    /// <param name="rng">The stream of what is drawn.</param>
    /// <param name="context">What the model is conditioned on.</param>
    public Trace Replay(IReadOnlyDictionary<string, Tensor> values, Tensor? x, Rng rng, Tensor? context = null)
    {
        var first = values.Values.FirstOrDefault() ?? throw new ArgumentException("There are no values to replay.", nameof(values));
        return Traced(new ReplayingTracer(rng, first.Size(0), first.Size(1), values, x is not null), x, context);
    }

    /// <summary>Latents that <paramref name="fromPosterior"/> names from q(z|x), the others from the prior; x is drawn anew: what each level of a hierarchy carries.</summary>
    /// <param name="x">The examples, [B, *event].</param>
    /// <param name="fromPosterior">Which latents are inferred.</param>
    /// <param name="rng">A stream as for <see cref="Infer"/>.</param>
    /// <param name="context">What the model is conditioned on.</param>
    public Trace Splice(Tensor x, Predicate<string> fromPosterior, Rng rng, Tensor? context = null) =>
        Traced(new GeneratingTracer(rng, 1, x.Size(0), fromPosterior), x, context);

    private Trace Traced(Tracer tracer, Tensor? x, Tensor? context)
    {
        Run(tracer, x, context);
        return tracer.Finish();
    }
}
