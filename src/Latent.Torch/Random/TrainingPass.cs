namespace Latent.Torch;

/// <summary>
/// A forward pass of training on this thread: layers that behave otherwise then than in use ask <see cref="Current"/> for it,
/// and take their noise from it.
/// </summary>
/// <remarks>
/// The trainer opens one around the objective of each replica. Without one, as in evaluation, dropout drops nothing. Noise is keyed by
/// the step, the place in the pass and the example, so that it does not depend on the number of replicas.
/// </remarks>
public sealed class TrainingPass : IDisposable
{
    [ThreadStatic] private static TrainingPass? current;

    private readonly TrainingPass? outer;
    private readonly Rng rng;
    private readonly ReadOnlyMemory<long> examples;
    private long draws;

    private TrainingPass(long step, Rng rng, ReadOnlyMemory<long> examples) => (outer, Step, this.rng, this.examples) = (current, step, rng, examples);

    /// <summary>The pass that is open on this thread; null outside of training.</summary>
    public static TrainingPass? Current => current;

    /// <summary>The step that it belongs to.</summary>
    public long Step { get; }

    /// <summary>Opens a pass on this thread, until it is disposed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rng">A stream of its own.</param>
    /// <param name="examples">The examples' numbers in their data set.</param>
    public static TrainingPass Open(long step, Rng rng, ReadOnlyMemory<long> examples) => current = new(step, rng.Fork("pass", step), examples);

    /// <summary>Noise uniform on [0, 1), other numbers with each call.</summary>
    /// <param name="shape">[B, *], [*K, B, *] or [K B, *] for a batch of B examples: which it is, is found by the sizes. Of other shapes the noise belongs to the place.</param>
    /// <param name="device">Where the tensor lies.</param>
    public Tensor Uniform(Shape shape, Device device = default)
    {
        var stream = rng.Fork("noise", draws++);
        var count = examples.Length;
        if (count == 0 || shape.Rank == 0) return stream.Uniform(shape, device: device);
        if (shape[0] == count) return stream.Rows(examples).Uniform(shape, device: device);
        if (shape[0] % count == 0) return stream.Rows(examples, 1).Uniform([shape[0] / count, count, .. shape[1..]], device: device).Reshape(shape);
        return (shape.Rank > 1 && shape[1] == count ? stream.Rows(examples, 1) : stream).Uniform(shape, device: device);
    }

    /// <summary>Ends the pass; one around it is current again.</summary>
    public void Dispose() => current = outer;
}
