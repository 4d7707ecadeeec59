using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Latent.Torch;

namespace Latent.Data;

/// <summary>From bytes with L levels to numbers: v / (L − 1), or draws with that probability.</summary>
internal static class LevelConversion
{
    /// <summary>v / (L − 1), correctly rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // from the first batch on
    public static void ToFractions(ReadOnlySpan<byte> values, int levels, Span<float> fractions)
    {
        var white = (float)(levels - 1);
        var divisor = Vector512.Create(white);
        var i = 0;
        for (; i <= values.Length - 16; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(values[i..]));
            var (lower, upper) = Vector256.Widen(Vector256.Create(low, high));
            (Vector512.ConvertToSingle(Vector512.Create(lower, upper).AsInt32()) / divisor).CopyTo(fractions[i..]);
        }
        for (; i < values.Length; i++) fractions[i] = values[i] / white;
    }

    /// <summary>1 with probability v / (L − 1), else 0.</summary>
    public static void Draw(Rng rng, ReadOnlySpan<byte> values, int levels, Span<float> drawn)
    {
        if (levels == 256)
        {
            rng.Bernoulli(values, drawn);
            return;
        }
        ToFractions(values, levels, drawn);
        rng.Bernoulli(drawn, drawn);
    }

    /// <inheritdoc cref="Draw(Rng, ReadOnlySpan{byte}, int, Span{float})"/>
    public static void Draw(Rng rng, ReadOnlySpan<byte> values, int levels, Span<byte> drawn)
    {
        if (levels == 256)
        {
            rng.Bernoulli(values, drawn);
            return;
        }
        var fractions = new float[values.Length];
        Draw(rng, values, levels, fractions);
        for (var i = 0; i < drawn.Length; i++) drawn[i] = (byte)fractions[i];
    }
}
