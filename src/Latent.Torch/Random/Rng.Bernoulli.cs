using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    private const int Chunk = 1024;   // elements on the stack between a fill of bits and their use

    // All of it is optimized from the first call on, as Fill is: the first steps of a run binarise images too.

    /// <summary>
    /// Draws 1 with probability v / 255 and 0 otherwise for each byte v, so 0 is never and 255 always drawn as 1:
    /// a binarised image straight from its grey values.
    /// </summary>
    /// <param name="probabilities">255 times the probabilities.</param>
    /// <param name="destination">Receives 0 or 1, as many as there are probabilities; may be the same memory.</param>
    /// <param name="offset">Index of the first element in the stream, at least 0.</param>
    /// <remarks>
    /// Numerics: to the base 256 the fraction v / 255 is 0.vvv…, so a uniform byte below v means 1, one above v means 0, and only
    /// one equal to v (1 in 256) needs more digits. It gets eight, which leaves an error below 2⁻⁷² in the probability.
    /// </remarks>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Bernoulli(ReadOnlySpan<byte> probabilities, Span<byte> destination, long offset = 0)
    {
        CheckLengths(probabilities.Length, destination.Length);
        Span<byte> buffer = stackalloc byte[Chunk];
        for (var start = 0; start < destination.Length; start += Chunk)
        {
            var digits = buffer[..Math.Min(Chunk, destination.Length - start)];
            Bits(digits, offset + start);
            Bernoulli(probabilities.Slice(start, digits.Length), digits, destination.Slice(start, digits.Length), offset + start);
        }
    }

    /// <inheritdoc cref="Bernoulli(ReadOnlySpan{byte}, Span{byte}, long)"/>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Bernoulli(ReadOnlySpan<byte> probabilities, Span<float> destination, long offset = 0)
    {
        CheckLengths(probabilities.Length, destination.Length);
        Span<byte> buffer = stackalloc byte[Chunk];
        for (var start = 0; start < destination.Length; start += Chunk)
        {
            var draws = buffer[..Math.Min(Chunk, destination.Length - start)];
            Bernoulli(probabilities.Slice(start, draws.Length), draws, offset + start);
            Widen(draws, destination.Slice(start, draws.Length));
        }
    }

    /// <summary>Draws 1 with probability p and 0 otherwise for each p, so 0 is never and 1 always drawn as 1.</summary>
    /// <param name="probabilities">The probabilities, in [0, 1].</param>
    /// <param name="destination">Receives 0 or 1, as many as there are probabilities; may be the same memory.</param>
    /// <param name="offset">Index of the first element in the stream, at least 0.</param>
    /// <remarks>
    /// Numerics: 31 uniform bits are compared with those of p; on a tie 53 more decide, so the error is below 2⁻⁸⁴ however small p is.
    /// </remarks>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is outside [0, 1] or NaN, or <paramref name="offset"/> is negative.</exception>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Bernoulli(ReadOnlySpan<float> probabilities, Span<float> destination, long offset = 0)
    {
        CheckLengths(probabilities.Length, destination.Length);
        Span<uint> buffer = stackalloc uint[Chunk];
        for (var start = 0; start < destination.Length; start += Chunk)
        {
            var words = buffer[..Math.Min(Chunk, destination.Length - start)];
            Bits(words, offset + start);
            Bernoulli(probabilities.Slice(start, words.Length), words, destination.Slice(start, words.Length), offset + start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bernoulli(ReadOnlySpan<byte> probabilities, ReadOnlySpan<byte> digits, Span<byte> destination, long offset)
    {
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var d = ref MemoryMarshal.GetReference(digits);
        var i = 0;
        for (; i <= destination.Length - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            var probability = Vector512.LoadUnsafe(ref p, (nuint)i);
            var digit = Vector512.LoadUnsafe(ref d, (nuint)i);
            (Vector512.LessThan(digit, probability) & Vector512<byte>.One).CopyTo(destination[i..]);
            for (var ties = Vector512.Equals(digit, probability).ExtractMostSignificantBits(); ties != 0; ties &= ties - 1)
            {
                var lane = BitOperations.TrailingZeroCount(ties);
                destination[i + lane] = Tie(probability.GetElement(lane), offset + i + lane);
            }
        }
        for (; i < destination.Length; i++)
        {
            var (probability, digit) = (probabilities[i], digits[i]);
            destination[i] = digit == probability ? Tie(probability, offset + i) : digit < probability ? (byte)1 : (byte)0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<byte> draws, Span<float> destination)
    {
        ref var d = ref MemoryMarshal.GetReference(draws);
        var i = 0;
        for (; i <= draws.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var words = Vector256.WidenLower(Vector128.LoadUnsafe(ref d, (nuint)i).ToVector256Unsafe());
            Vector512.ConvertToSingle(Vector512.WidenLower(words.ToVector512Unsafe()).AsInt32()).CopyTo(destination[i..]);
        }
        for (; i < draws.Length; i++) destination[i] = draws[i];
    }

    /// <summary>The draw when the first digit equals v: whether the next eight digits lie below vvvvvvvv.</summary>
    private byte Tie(byte v, long j) => v == byte.MaxValue || Extra(j) < v * 0x0101_0101_0101_0101ul ? (byte)1 : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bernoulli(ReadOnlySpan<float> probabilities, ReadOnlySpan<uint> words, Span<float> destination, long offset)
    {
        const float scale = 1u << 31;
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var w = ref MemoryMarshal.GetReference(words);
        var i = 0;
        for (; i <= destination.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var probability = Vector512.LoadUnsafe(ref p, (nuint)i);
            var valid = Vector512.GreaterThanOrEqual(probability, Vector512<float>.Zero) & Vector512.LessThanOrEqual(probability, Vector512<float>.One);
            if (Vector512.EqualsAny(valid.AsInt32(), Vector512<int>.Zero)) ThrowInvalid(probabilities[i..]);
            var uniform = (Vector512.LoadUnsafe(ref w, (nuint)i) >>> 1).AsInt32();
            var bound = Vector512.ConvertToInt32(probability * scale);   // saturates where p = 1
            (Vector512.LessThan(uniform, bound).AsSingle() & Vector512<float>.One).CopyTo(destination[i..]);
            for (var ties = Vector512.Equals(uniform, bound).ExtractMostSignificantBits(); ties != 0; ties &= ties - 1)
            {
                var lane = BitOperations.TrailingZeroCount(ties);
                destination[i + lane] = Draw(probability.GetElement(lane), (uint)uniform.GetElement(lane), offset + i + lane);
            }
        }
        for (; i < destination.Length; i++)
        {
            if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) ThrowInvalid(probabilities[i..]);
            destination[i] = Draw(probabilities[i], words[i] >>> 1, offset + i);
        }
    }

    /// <summary>Whether u + (extra bits) · 2⁻⁵³ lies below 2³¹ p. Both sides are exact.</summary>
    private float Draw(float p, uint u, long j)
    {
        var left = p * (double)(1u << 31) - u;
        if (left >= 1) return 1;
        if (left <= 0) return 0;
        return (Extra(j) >>> 11) * (1.0 / (1L << 53)) < left ? 1 : 0;
    }

    private static void CheckLengths(int probabilities, int destination)
    {
        if (probabilities != destination)
            throw new ArgumentException($"{probabilities} probabilities for a destination of {destination} elements: give as many of each.", nameof(destination));
    }

    [DoesNotReturn]
    private static void ThrowInvalid(ReadOnlySpan<float> probabilities)
    {
        foreach (var p in probabilities)
        {
            if (!(p >= 0 && p <= 1))
                throw new ArgumentOutOfRangeException(nameof(probabilities), p, "A probability lies in [0, 1]; pass logits through a sigmoid first.");
        }
        throw new UnreachableException();
    }
}
