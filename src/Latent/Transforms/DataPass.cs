using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A pass of examples through a model in which transforms set what they take from data: while it is open on a thread,
/// <see cref="ActNorm"/> and <see cref="BatchNorm"/> set themselves by the first values that come to them, and pass on what they then make
/// of these. So each is set after all that stand between it and the data.
/// </summary>
/// <remarks>
/// Evaluating the model's log p(x) is enough, whatever the model is: the transforms may be those of a density, of a prior, of a
/// posterior. Gradients should be off.
/// </remarks>
/// <example><code>
/// using var noGrad = Autograd.NoGrad();
/// using (new DataPass(isFirst: true)) flow.Given().LogProb(x);
/// </code></example>
public sealed class DataPass : IDisposable
{
    [ThreadStatic] private static DataPass? current;

    private readonly bool isFirst;
    private readonly HashSet<Tensor> set = new(ReferenceEqualityComparer.Instance);

    /// <summary>Opens a pass on this thread.</summary>
    /// <param name="isFirst">Whether first values of trained parameters are set, once before the first step; else only statistics, at any time.</param>
    /// <exception cref="InvalidOperationException">One is open.</exception>
    public DataPass(bool isFirst)
    {
        if (current is not null) throw new InvalidOperationException("A pass is open on this thread: dispose it before you open another.");
        this.isFirst = isFirst;
        current = this;
    }

    /// <summary>Whether a pass is open that sets first values, and has not set those of this parameter.</summary>
    internal static bool Initializes(Tensor parameter) => current is { isFirst: true } pass && pass.set.Add(parameter);

    /// <summary>Whether a pass is open that has not set these statistics.</summary>
    internal static bool Measures(Tensor statistics) => current is { } pass && pass.set.Add(statistics);

    /// <summary>Closes it.</summary>
    public void Dispose() => current = null;
}
