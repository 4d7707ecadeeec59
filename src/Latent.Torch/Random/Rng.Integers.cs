using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>Fills with integers uniform on low, …, high − 1.</summary>
    /// <param name="destination">Receives elements offset, offset + 1, … of the stream.</param>
    /// <param name="low">The least integer.</param>
    /// <param name="high">One more than the greatest integer, above <paramref name="low"/>.</param>
    /// <param name="offset">Index of the first element, at least 0.</param>
    /// <remarks>
    /// Numerics: ⌊U (high − low)⌋ with a uniform U of 128 bits, of which the lower half is drawn only when it can matter. Each integer's
    /// probability is right within 2⁻¹²⁸, a relative 2⁻⁶⁴ at worst.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>, or <paramref name="offset"/> is negative.</exception>
    [SkipLocalsInit]
    public void Integers(Span<long> destination, long low, long high, long offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        var range = (ulong)high - (ulong)low;
        var words = MemoryMarshal.Cast<long, ulong>(destination);
        Bits(words, offset);
        for (var i = 0; i < words.Length; i++) destination[i] = low + (long)Below(range, words[i], offset + i);
    }

    /// <summary>Fills with a permutation of 0, …, n − 1, n the length, each of the n! equally likely.</summary>
    /// <param name="destination">Receives the permutation.</param>
    /// <remarks>Source: R. Durstenfeld, "Algorithm 235: Random permutation", 1964 (Fisher–Yates). Bits as in <see cref="Integers"/>.</remarks>
    [SkipLocalsInit]
    public void Permutation(Span<long> destination)
    {
        Span<ulong> words = stackalloc ulong[Chunk / 4];
        for (var i = 0; i < destination.Length; i++)
        {
            var at = i % words.Length;
            if (at == 0) Bits(words[..Math.Min(words.Length, destination.Length - i)], i);
            var j = (int)Below((ulong)i + 1, words[at], i);   // i moves to a place among 0 … i, whose tenant moves to i
            destination[i] = destination[j];
            destination[j] = i;
        }
    }

    /// <summary>⌊U range⌋ for U = (word + (extra bits) 2⁻⁶⁴) 2⁻⁶⁴.</summary>
    private ulong Below(ulong range, ulong word, long j)
    {
        var integer = Math.BigMul(word, range, out var fraction);
        // The extra bits add less than range to the fraction: only a fraction above 2⁶⁴ − range can carry.
        if (fraction > 0 - range && fraction + Math.BigMul(Extra(j), range, out _) < fraction) integer++;
        return integer;
    }
}
