using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>
    /// Fills with standard exponential variates −ln U, density e^(−x); from 2⁻³³ to 33 ln 2 = 22.9, never 0 nor infinite.
    /// </summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Exponential(Span<float> destination, long offset = 0) => Fill<float, Exponential32>(destination, offset);

    /// <summary>
    /// Fills with standard exponential variates −ln U, density e^(−x); from 2⁻⁵⁴ to 54 ln 2 = 37.4, never 0 nor infinite.
    /// </summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Exponential(Span<double> destination, long offset = 0) => Fill<double, Exponential64>(destination, offset);

    /// <summary>
    /// Fills with standard Gumbel variates −ln(−ln U), distribution function exp(−e^(−x)); from −3.13 to 22.9, never infinite.
    /// </summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Gumbel(Span<float> destination, long offset = 0) => Fill<float, Gumbel32>(destination, offset);

    /// <summary>
    /// Fills with standard Gumbel variates −ln(−ln U), distribution function exp(−e^(−x)); from −3.62 to 37.4, never infinite.
    /// </summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    public void Gumbel(Span<double> destination, long offset = 0) => Fill<double, Gumbel64>(destination, offset);

    internal readonly struct Exponential32 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = StandardExponential.FromWord(first).AsUInt32();
            second = StandardExponential.FromWord(second).AsUInt32();
        }
    }

    internal readonly struct Exponential64 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = StandardExponential.FromWord(first.AsUInt64()).AsUInt32();
            second = StandardExponential.FromWord(second.AsUInt64()).AsUInt32();
        }
    }

    internal readonly struct Gumbel32 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = StandardExponential.MinusLog(StandardExponential.FromWord(first)).AsUInt32();
            second = StandardExponential.MinusLog(StandardExponential.FromWord(second)).AsUInt32();
        }
    }

    internal readonly struct Gumbel64 : IWordTransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
            first = StandardExponential.MinusLog(StandardExponential.FromWord(first.AsUInt64())).AsUInt32();
            second = StandardExponential.MinusLog(StandardExponential.FromWord(second.AsUInt64())).AsUInt32();
        }
    }
}
