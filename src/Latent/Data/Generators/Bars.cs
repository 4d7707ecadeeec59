using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Binary pictures of horizontal and vertical bars, each there with the same probability and independently of the others. The
/// factors say which: an ideal code needs one bit per bar.
/// </summary>
/// <remarks>
/// <para>Shapes: [N, 1, S, S]; factors <c>row0</c>, …, <c>column0</c>, … of 0 and 1, [N, 2 S].</para>
/// <para>Source: P. Földiák, "Forming sparse representations by local anti-Hebbian learning", 1990.</para>
/// </remarks>
public static class Bars
{
    /// <summary>Draws pictures.</summary>
    /// <param name="count">N.</param>
    /// <param name="size">S, the pixels along an edge.</param>
    /// <param name="probability">Of each bar; 1 / S if null, two bars on average.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="name">The name of the set.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Make(long count, int size = 8, double? probability = null, ulong seed = 0, string name = "bars")
    {
        Arguments.Positive(size);
        var p = probability ?? 1.0 / size;
        if (!(p is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), p, "A probability lies in [0, 1].");
        var bars = new float[checked(2 * size * Arguments.Positive(count))];
        Array.Fill(bars, (float)p);
        new Rng(seed).Fork("bars").Bernoulli(bars, bars);
        var pixels = new byte[count * size * size];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (example, y, x) = (i / (size * size), i / size % size, i % size);
            pixels[i] = bars[2 * size * example + y] + bars[2 * size * example + size + x] > 0 ? (byte)1 : (byte)0;
        }
        var names = Enumerable.Range(0, size).Select(i => $"row{i}").Concat(Enumerable.Range(0, size).Select(i => $"column{i}")).ToArray();
        return new(name, new(ElementType.UInt8, [count, 1, size, size], pixels), 2, factors: (names, HostArray.From<float>(bars, [count, 2 * size])));
    }
}
