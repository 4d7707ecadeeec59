using Latent.Torch;

namespace Latent.Networks;

/// <summary>A learned vector for each of finitely many symbols: y = W[index].</summary>
/// <remarks>
/// <para>Shapes: indices [*] → y [*, width]; parameter <c>weight</c> [count, width], as PyTorch's <c>Embedding</c>.</para>
/// <para>Domain: integers in [0, count); others throw.</para>
/// <para>Initial values: standard normal.</para>
/// </remarks>
public sealed class Embedding
{
    /// <summary>Takes the parameter from <paramref name="init"/>.</summary>
    /// <param name="count">How many symbols there are.</param>
    /// <param name="width">The length of their vectors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(Init init, long count, long width) =>
        Weight = init.Parameter("weight", [Arguments.Positive(count), Arguments.Positive(width)], Initializers.Normal(1));

    /// <summary>W, [count, width].</summary>
    public Tensor Weight { get; }

    /// <summary>Looks the vectors up.</summary>
    /// <param name="indices">The symbols, of type Int64 or Int32.</param>
    /// <exception cref="ArgumentException">The indices are no integers.</exception>
    /// <exception cref="TorchException">An index lies outside [0, count).</exception>
    public Tensor Forward(Tensor indices)
    {
        if (indices.ElementType is not (ElementType.Int64 or ElementType.Int32))
            throw new ArgumentException($"{nameof(indices)} must hold the numbers of symbols, but is {indices.Summary}; convert it: indices.To(ElementType.Int64).", nameof(indices));
        return Tensor.Embedding(Weight, indices);
    }
}
