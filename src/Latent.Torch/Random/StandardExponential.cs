using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

/// <summary>
/// E = −ln U from a uniform word, accurate to a few units in the last place at both ends: U near 0 (large E) and U near 1
/// (small E). It is the root of the exponential (E), normal (√(2E) is the Box–Muller radius) and Gumbel (−ln E) variates.
/// </summary>
/// <remarks>
/// Numerics: the word is read as a signed integer a of b bits, and c = (a + ½) 2⁻ᵇ ∈ [−½, ½]; U = c, or 1 + c where c is negative.
/// So the conversion to floating point loses no bits near U = 0 nor near U = 1. With U = 2ᵉ (1 + f), 1 + f ∈ [⅔, 4⁄3), f comes from c
/// with one rounding, and ln(1 + f) from a minimax polynomial (reference/random_polynomials.py).
/// The exponent e is held as the integer 2ᵏ e, k the number of fraction bits: subtracting it from a pattern scales by 2⁻ᵉ.
/// </remarks>
internal static class StandardExponential
{
    /// <summary>32-bit words to E ∈ [2⁻³³, 33 ln 2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromWord(Vector512<uint> word)
    {
        var negative = (word.AsInt32() >> 31).AsSingle();
        var c = Vector512.FusedMultiplyAdd(
            Vector512.ConvertToSingle(word.AsInt32()), Vector512.Create(1f / (1L << 32)), Vector512.Create(1f / (1L << 33)));
        var e = Exponent(c + (negative & Vector512<float>.One));
        var scaled = Vector512.ConvertToSingle(e);
        // 2⁻ᵉ c − 1; where c is negative e is 0 or −1, and 2⁻ᵉ (1 + c) − 1 = 2⁻ᵉ c − e.
        var f = Vector512.FusedMultiplyAdd(
            Vector512.ConditionalSelect(negative, scaled, Vector512.Create((float)(1 << 23))),
            Vector512.Create(-1f / (1 << 23)),
            (c.AsInt32() - e).AsSingle());
        return MinusLog(scaled, f);
    }

    /// <summary>64-bit words, of which the upper 53 bits count, to E ∈ [2⁻⁵⁴, 54 ln 2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> FromWord(Vector512<ulong> word)
    {
        var negative = (word.AsInt64() >> 63).AsDouble();
        var c = Vector512.FusedMultiplyAdd(
            Vector512.ConvertToDouble(word.AsInt64() >> 11), Vector512.Create(1.0 / (1L << 53)), Vector512.Create(1.0 / (1L << 54)));
        var e = Exponent(c + (negative & Vector512<double>.One));
        var scaled = Vector512.ConvertToDouble(e);
        var f = Vector512.FusedMultiplyAdd(
            Vector512.ConditionalSelect(negative, scaled, Vector512.Create((double)(1L << 52))),
            Vector512.Create(-1.0 / (1L << 52)),
            (c.AsInt64() - e).AsDouble());
        return MinusLog(scaled, f);
    }

    /// <summary>−ln x for normal x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MinusLog(Vector512<float> x)
    {
        var e = Exponent(x);
        return MinusLog(Vector512.ConvertToSingle(e), (x.AsInt32() - e).AsSingle() - Vector512<float>.One);
    }

    /// <summary>−ln x for normal x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MinusLog(Vector512<double> x)
    {
        var e = Exponent(x);
        return MinusLog(Vector512.ConvertToDouble(e), (x.AsInt64() - e).AsDouble() - Vector512<double>.One);
    }

    /// <summary>2ᵏ e with 2⁻ᵉ x ∈ [⅔, 4⁄3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Exponent(Vector512<float> x) => (x.AsInt32() - Vector512.Create(2f / 3).AsInt32()) & Vector512.Create(-1 << 23);

    /// <inheritdoc cref="Exponent(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Exponent(Vector512<double> x) => (x.AsInt64() - Vector512.Create(2.0 / 3).AsInt64()) & Vector512.Create(-1L << 52);

    /// <summary>−e ln 2 − ln(1 + f) from 2²³ e and |f| ≤ ⅓: −ln(1 + f) = f (f Q(f) − 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MinusLog(Vector512<float> e, Vector512<float> f)
    {
        var q = Vector512.Create(0.124705762f);
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(-0.140504867f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(0.122738563f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(-0.139902204f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(0.166744515f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(-0.20011434f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(0.249999195f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(-0.333331972f));
        q = Vector512.FusedMultiplyAdd(q, f, Vector512.Create(0.5f));
        q = Vector512.FusedMultiplyAdd(q, f, -Vector512<float>.One);
        return Vector512.FusedMultiplyAdd(e, Vector512.Create(-0.693147181f / (1 << 23)), f * q);
    }

    /// <summary>
    /// −e ln 2 − ln(1 + f) from 2⁵² e and |f| ≤ ⅓: with s = f / (2 + f), ln(1 + f) = 2 artanh s = f − s (f − s² Q(s²)).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> MinusLog(Vector512<double> e, Vector512<double> f)
    {
        var s = f / (f + Vector512.Create(2.0));
        var z = s * s;
        var q = Vector512.Create(0.13842531863961724);
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.13173672119149327));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.15391107795709066));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.18181665994934085));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.22222224294673307));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.2857142855584152));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.4000000000005664));
        q = Vector512.FusedMultiplyAdd(q, z, Vector512.Create(0.666666666666666));
        return Vector512.FusedMultiplyAdd(
            e, Vector512.Create(-0.6931471805599453 / (1L << 52)), Vector512.FusedMultiplyAdd(s, f - z * q, -f));
    }
}
