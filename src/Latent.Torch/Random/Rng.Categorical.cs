using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>
    /// Draws one category per row of logits, k with probability exp(logit_k) / Σ exp(logit): the arg max of logits plus Gumbel noise.
    /// </summary>
    /// <param name="logits">Rows of K logits one after the other, finite, or −∞ for a category that is never drawn.</param>
    /// <param name="destination">Receives one category in 0, …, K − 1 per row; K is the quotient of the two lengths.</param>
    /// <param name="offset">Index of the first draw in the stream, at least 0; draw i takes Gumbel variates iK, …, iK + K − 1.</param>
    /// <remarks>Source: E. J. Gumbel, "Statistical theory of extreme values", 1954. Logits need not be normalised.</remarks>
    /// <exception cref="ArgumentException">The logits do not divide into rows, or a row has a NaN or only −∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public void Categorical(ReadOnlySpan<float> logits, Span<long> destination, long offset = 0) => Categorical<float>(logits, destination, offset);

    /// <inheritdoc cref="Categorical(ReadOnlySpan{float}, Span{long}, long)"/>
    public void Categorical(ReadOnlySpan<double> logits, Span<long> destination, long offset = 0) => Categorical<double>(logits, destination, offset);

    [SkipLocalsInit]
    private void Categorical<T>(ReadOnlySpan<T> logits, Span<long> destination, long offset)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var categories = destination.IsEmpty ? 0 : logits.Length / destination.Length;
        if (categories * destination.Length != logits.Length || categories == 0 && !destination.IsEmpty)
            throw new ArgumentException($"{logits.Length} logits for {destination.Length} draws: give every draw a row of K ≥ 1 logits.", nameof(logits));

        var noiseOffset = checked(offset * categories);
        Span<T> buffer = stackalloc T[Chunk];
        var (row, category, best, bestCategory) = (0, 0, T.NegativeInfinity, -1);
        for (var start = 0; start < logits.Length; start += Chunk)
        {
            var noisy = buffer[..Math.Min(Chunk, logits.Length - start)];
            Gumbel(noisy, noiseOffset + start);
            TensorPrimitives.Add(noisy, logits.Slice(start, noisy.Length), noisy);
            while (!noisy.IsEmpty)
            {
                var piece = noisy[..Math.Min(noisy.Length, categories - category)];
                // Not by TensorPrimitives.IndexOfMax, which compares indices as the denormal numbers that their bits mean: where these are flushed, all are equal.
                for (var k = 0; k < piece.Length; k++)
                {
                    if (T.IsNaN(piece[k])) throw new ArgumentException($"Logit {category + k} of row {row} is NaN.", nameof(logits));
                    if (piece[k] > best) (best, bestCategory) = (piece[k], category + k);
                }
                category += piece.Length;
                noisy = noisy[piece.Length..];
                if (category < categories) break;   // the row goes on in the next chunk
                if (bestCategory < 0)
                    throw new ArgumentException($"Row {row} has only logits of −∞: give at least one category a chance.", nameof(logits));
                destination[row++] = bestCategory;
                (category, best, bestCategory) = (0, T.NegativeInfinity, -1);
            }
        }
    }

    private void Gumbel<T>(Span<T> destination, long offset) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) Gumbel(MemoryMarshal.Cast<T, float>(destination), offset);
        else Gumbel(MemoryMarshal.Cast<T, double>(destination), offset);
    }
}
