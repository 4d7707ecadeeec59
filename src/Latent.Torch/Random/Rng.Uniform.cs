using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>Fills with uniform variates on [0, 1): multiples of 2⁻²⁴, each equally likely.</summary>
    /// <param name="destination">Receives elements offset, offset + 1, … of the stream.</param>
    /// <param name="offset">Index of the first element, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public void Uniform(Span<float> destination, long offset = 0) => Fill<float, Uniform32>(destination, offset);

    /// <summary>Fills with uniform variates on [0, 1): multiples of 2⁻⁵³, each equally likely.</summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Uniform(Span<double> destination, long offset = 0) => Fill<double, Uniform64>(destination, offset);

    internal readonly struct Uniform32 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = Fraction(first);
            second = Fraction(second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<uint> Fraction(Vector512<uint> w) =>
            (Vector512.ConvertToSingle((w >>> 8).AsInt32()) * (1f / (1 << 24))).AsUInt32();
    }

    internal readonly struct Uniform64 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = Fraction(first);
            second = Fraction(second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<uint> Fraction(Vector512<uint> w) =>
            (Vector512.ConvertToDouble((w.AsUInt64() >>> 11).AsInt64()) * (1.0 / (1L << 53))).AsUInt32();
    }
}
