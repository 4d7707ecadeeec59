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
    // The polynomials in t² of √2 sin(π t ⁄ 4) ⁄ t and √2 cos(π t ⁄ 4) are minimax: reference/random_polynomials.py.

    internal readonly struct Normal32 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            var radius = Vector512.Sqrt(StandardExponential.FromWord(first));   // without √2, which sine and cosine bring along
            var t = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToSingle((second << 2).AsInt32()), Vector512.Create(1f / (1L << 31)), Vector512.Create(1f / (1L << 30)));
            var z = t * t;
            var sin = Vector512.Create(-5.1402003e-05f);
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.00352226757f));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-0.114191636f));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(1.11072075f)) * t;
            var cos = Vector512.Create(-0.000450955675f);
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(0.0224152021f));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.43617782f));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(1.41421354f));

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
            var radius = Vector512.Sqrt(StandardExponential.FromWord(first.AsUInt64()));
            var word = second.AsUInt64();
            var t = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToDouble((word << 2).AsInt64() >> 11), Vector512.Create(1.0 / (1L << 52)), Vector512.Create(1.0 / (1L << 53)));
            var z = t * t;
            var sin = Vector512.Create(9.65628177103943e-12);
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-2.4847767541039164e-09));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(4.431600226055643e-07));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-5.172656386095618e-05));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(0.0035219497767932655));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(-0.114191398437426));
            sin = Vector512.FusedMultiplyAdd(sin, z, Vector512.Create(1.1107207345395915)) * t;
            var cos = Vector512.Create(1.6057669085393238e-10);
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-3.480264754983104e-08));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(5.07824126303967e-06));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.0004610221468446158));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(0.022421428651976393));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(-0.43617901247741897));
            cos = Vector512.FusedMultiplyAdd(cos, z, Vector512.Create(1.414213562373095));

            var mirror = (word << 1) & Vector512.Create(1ul << 63);
            cos = (cos.AsUInt64() ^ mirror).AsDouble();
            var swap = (word.AsInt64() >> 63).AsDouble();
            first = (Vector512.ConditionalSelect(swap, sin, cos) * radius).AsUInt32();
            second = (Vector512.ConditionalSelect(swap, cos, sin) * radius).AsUInt32();
        }
    }
}
