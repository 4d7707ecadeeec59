using System.Runtime.Intrinsics;

namespace Latent.Torch.Tests.Random;

/// <summary>The transforms of words, driven with chosen bits: finite at every extreme, and close to the exact image elsewhere.</summary>
public sealed class WordTransformTests
{
    private static readonly uint[] Extremes =
    [
        0, 1, 2, 0x3FFF_FFFF, 0x4000_0000, 0x4000_0001, 0x5555_5555, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xAAAA_AAAA, 0xAAAA_AAAB,
        0xBFFF_FFFF, 0xC000_0000, 0xC000_0001, 0xFFFF_FF7F, 0xFFFF_FF80, 0xFFFF_FFFE, 0xFFFF_FFFF,
    ];

    [Fact]
    public void Extreme_bits_give_finite_numbers()
    {
        foreach (var a in Extremes)
        {
            foreach (var b in Extremes)
            {
                // Alone in 32 bits, and as the upper or the lower half of 64.
                foreach (var (first, second) in new[] { (Join(a, a), Join(b, b)), (Join(a, b), Join(b, a)), (Join(0, a), Join(0, b)), (Join(~0u, a), Join(~0u, b)) })
                {
                    Range32<Rng.Uniform32>(first, second, 0, 1 - 1f / (1 << 24));
                    Range32<Rng.Exponential32>(first, second, 1f / (1L << 33), 22.88f);
                    Range32<Rng.Gumbel32>(first, second, -3.131f, 22.88f);
                    Range32<Rng.Normal32>(first, second, -6.765f, 6.765f);
                    Range64<Rng.Uniform64>(first, second, 0, 1 - 1.0 / (1L << 53));
                    Range64<Rng.Exponential64>(first, second, 1.0 / (1L << 54), 37.43);
                    Range64<Rng.Gumbel64>(first, second, -3.623, 37.43);
                    Range64<Rng.Normal64>(first, second, -8.653, 8.653);
                }
            }
        }
    }

    [Fact]
    public void Tails_are_reached()
    {
        Assert.InRange(Apply32<Rng.Normal32>(0, 0).First, 6.76f, 6.77f);
        Assert.InRange(Apply32<Rng.Normal32>(0, 0x4000_0000).First, -6.77f, -6.76f);
        Assert.InRange(Apply64<Rng.Normal64>(0, 0).First, 8.65, 8.66);
        Assert.InRange(Apply32<Rng.Gumbel32>(~0ul, ~0ul).First, 22.8f, 22.9f);
        Assert.InRange(Apply64<Rng.Gumbel64>(~0ul, ~0ul).First, 37.4, 37.5);
    }

    [Fact]
    public void Exponentials_are_accurate_at_both_ends()
    {
        foreach (var word in Words(20_000))
        {
            var u = ((uint)word + 0.5) / (1L << 32);
            var exact = (uint)word >= 1u << 31 ? -Log1P(-((~(uint)word + 0.5) / (1L << 32))) : -Math.Log(u);
            Near(exact, Apply32<Rng.Exponential32>(Join((uint)word, (uint)word), 0).First, 3e-7);

            var v = word >> 11;
            var exact64 = v >= 1ul << 52 ? -Log1P(-(((1L << 53) - 1 - (long)v + 0.5) / (1L << 53))) : -Math.Log((v + 0.5) / (1L << 53));
            Near(exact64, Apply64<Rng.Exponential64>(word, 0).First, 6e-16);
        }
    }

    [Fact]
    public void Gumbels_are_accurate()
    {
        foreach (var word in Words(20_000))
        {
            var single = Apply32<Rng.Exponential32>(Join((uint)word, (uint)word), 0).First;
            var exact = -Math.Log(single);
            Assert.InRange(Apply32<Rng.Gumbel32>(Join((uint)word, (uint)word), 0).First, exact - 2e-7 * (1 + Math.Abs(exact)), exact + 2e-7 * (1 + Math.Abs(exact)));

            var exact64 = -Math.Log(Apply64<Rng.Exponential64>(word, 0).First);
            Assert.InRange(Apply64<Rng.Gumbel64>(word, 0).First, exact64 - 4e-16 * (1 + Math.Abs(exact64)), exact64 + 4e-16 * (1 + Math.Abs(exact64)));
        }
    }

    [Fact]
    public void Normals_are_Box_and_Mullers()
    {
        var words = Words(40_000);
        for (var i = 0; i < words.Length; i += 2)
        {
            var (first, second) = ((uint)words[i], (uint)words[i + 1]);
            var radius = Math.Sqrt(2 * Apply32<Rng.Exponential32>(Join(first, first), 0).First);
            CheckPair(radius, second >> 30, ((int)(second << 2) + 2) / (double)(1L << 31), Apply32<Rng.Normal32>(Join(first, first), Join(second, second)), 4e-7);

            var radius64 = Math.Sqrt(2 * Apply64<Rng.Exponential64>(words[i], 0).First);
            var t = (((long)(words[i + 1] << 2) >> 11) + 0.5) / (1L << 52);
            CheckPair(radius64, (uint)(words[i + 1] >> 62), t, Apply64<Rng.Normal64>(words[i], words[i + 1]), 8e-16);
        }

        static void CheckPair(double radius, uint quarter, double t, (double, double) drawn, double tolerance)
        {
            var (sin, cos) = Math.SinCos(Math.PI / 4 * t);
            if ((quarter & 1) != 0) cos = -cos;
            var (x, y) = (quarter & 2) == 0 ? (cos, sin) : (sin, cos);
            Near(radius * x, drawn.Item1, tolerance);
            Near(radius * y, drawn.Item2, tolerance);
        }
    }

    private static ulong[] Words(int count)
    {
        var words = new ulong[count];
        new Rng(3).Bits<ulong>(words);
        // Half of them near 0 or near 2⁶⁴, at every distance.
        for (var i = 0; i < count / 2; i++) words[i] = i % 2 == 0 ? words[i] >> i % 64 : ~(words[i] >> i % 64);
        return words;
    }

    private static void Near(double exact, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - exact) <= tolerance * Math.Abs(exact), $"{actual:R} for {exact:R}, off by {(actual - exact) / exact:E1} of it");

    /// <summary>ln(1 + x) for −½ ≤ x ≤ 0 (Kahan).</summary>
    private static double Log1P(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * x / (1 + x - 1);

    private static ulong Join(uint low, uint high) => low | (ulong)high << 32;

    private static void Range32<T>(ulong first, ulong second, float low, float high) where T : IWordTransform
    {
        var (a, b) = Apply32<T>(first, second);
        Assert.InRange(a, low, high);
        Assert.InRange(b, low, high);
    }

    private static void Range64<T>(ulong first, ulong second, double low, double high) where T : IWordTransform
    {
        var (a, b) = Apply64<T>(first, second);
        Assert.InRange(a, low, high);
        Assert.InRange(b, low, high);
    }

    private static (float First, float Second) Apply32<T>(ulong first, ulong second) where T : IWordTransform
    {
        var (a, b) = (Vector512.Create(first).AsUInt32(), Vector512.Create(second).AsUInt32());
        T.Apply(ref a, ref b);
        return (a.AsSingle()[0], b.AsSingle()[0]);
    }

    private static (double First, double Second) Apply64<T>(ulong first, ulong second) where T : IWordTransform
    {
        var (a, b) = (Vector512.Create(first).AsUInt32(), Vector512.Create(second).AsUInt32());
        T.Apply(ref a, ref b);
        return (a.AsDouble()[0], b.AsDouble()[0]);
    }
}
