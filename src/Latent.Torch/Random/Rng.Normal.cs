using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>
    /// Fills with standard normal variates by Box–Muller: √(−2 ln U) (cos θ, sin θ). Tails reach to 6.7 standard deviations.
    /// </summary>
    /// <remarks>
    /// Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958.
    /// Numerics: U has 32 bits and is accurate at both ends, the angle 32 bits; a variate is within a few units in the last place
    /// of the exact image of its bits.
    /// </remarks>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Normal(Span<float> destination, long offset = 0) => Fill<float, Normal32>(destination, offset);

    /// <summary>
    /// Fills with standard normal variates by Box–Muller: √(−2 ln U) (cos θ, sin θ). Tails reach to 8.6 standard deviations.
    /// </summary>
    /// <remarks>
    /// Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958.
    /// Numerics: U has 53 bits and is accurate at both ends, the angle 55 bits; a variate is within a few units in the last place
    /// of the exact image of its bits.
    /// </remarks>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Normal(Span<double> destination, long offset = 0) => Fill<double, Normal64>(destination, offset);

    // The angle's word: bits 0 … n−3 place t uniformly in [−1, 1], an angle π t ⁄ 4 in the quarter circle around 0. Bit n−2 mirrors
    // it to the quarter around π, bit n−1 swaps the coordinates, which reaches the other two. All four have the same accuracy.
    // The polynomials in t² of sin(π t ⁄ 4) ⁄ t and cos(π t ⁄ 4) are minimax (Remez exchange on relative error, coefficients
    // rounded one after the other).

    internal readonly struct Normal32 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            var exponential = StandardExponential.FromWord(first);
            var radius = Vector512.Sqrt(exponential + exponential);

            var t = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToSingle((second << 2).AsInt32()), Vector512.Create(1f / (1L << 31)), Vector512.Create(1f / (1 << 30)));
            var z = t * t;
            var sin = Vector512.Create(-3.66091517e-05f);
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.00249101641f));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-0.0807458311f));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.785398185f)) * t;
            var cos = Vector512.Create(3.49408742e-06f);
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.000325868692f));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(0.0158542842f));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.308425128f));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512<float>.One);

            var mirror = (second << 1) & Vector512.Create(0x8000_0000u);
            cos = (cos.AsUInt32() ^ mirror).AsSingle();
            var swap = (second.AsInt32() >> 31).AsSingle();
            first = (Vector512.ConditionalSelect(swap, sin, cos) * radius).AsUInt32();
            second = (Vector512.ConditionalSelect(swap, cos, sin) * radius).AsUInt32();
        }
    }

    internal readonly struct Normal64 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            var exponential = StandardExponential.FromWord(first.AsUInt64());
            var radius = Vector512.Sqrt(exponential + exponential);

            var word = second.AsUInt64();
            var t = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToDouble((word << 2).AsInt64() >> 11), Vector512.Create(1.0 / (1L << 52)), Vector512.Create(1.0 / (1L << 53)));
            var z = t * t;
            var sin = Vector512.Create(6.817974967569029e-12);
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-1.756972397634869e-09));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(3.1336142330274823e-07));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-3.657620405601182e-05));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.002490394570164845));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-0.0807455121882785));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.7853981633974483)) * t;
            var cos = Vector512.Create(-3.8387477334020004e-13);
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(1.1499839189475318e-10));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-2.46113549294957e-08));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(3.5908604399705913e-06));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.0003259918869247027));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(0.015854344243815106));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.30842513753404244));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512<double>.One);

            var mirror = (word << 1) & Vector512.Create(1ul << 63);
            cos = (cos.AsUInt64() ^ mirror).AsDouble();
            var swap = (word.AsInt64() >> 63).AsDouble();
            first = (Vector512.ConditionalSelect(swap, sin, cos) * radius).AsUInt32();
            second = (Vector512.ConditionalSelect(swap, cos, sin) * radius).AsUInt32();
        }
    }
}
