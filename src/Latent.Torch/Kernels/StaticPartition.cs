namespace Latent.Torch.Kernels;

/// <summary>Passes over the flat buffer on several threads, each with one fixed range: the same one in each pass over the same parameters.</summary>
internal static class StaticPartition
{
    /// <summary>
    /// Ranges start at a multiple of this within a parameter: sums over such blocks do not depend on the number of threads, and no two
    /// threads write to one cache line.
    /// </summary>
    public const long BlockLength = 1 << 14;

    /// <summary>Below this length a range is done before another thread has started.</summary>
    private const long ShortestRange = 1 << 16;

    /// <summary>Where the ranges begin in the flat buffer, in ascending order, and behind them where the last one ends.</summary>
    /// <param name="segments">The parameters of the pass, at least one; offsets ascend and segments do not overlap.</param>
    /// <param name="threads">Ranges at most.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public static long[] Bounds<T>(ReadOnlySpan<GradientSegment<T>> segments, int threads) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var (first, end) = (segments[0].Offset, segments[^1].Offset + segments[^1].Length);
        var bounds = new long[Math.Clamp((end - first) / ShortestRange, 1, threads) + 1];
        (bounds[0], bounds[^1]) = (first, end);
        var s = 0;
        for (var r = 1; r < bounds.Length - 1; r++)
        {
            var even = first + (end - first) * r / (bounds.Length - 1);
            while (segments[s].Offset + segments[s].Length <= even) s++;
            var blocks = Math.Max(0, even - segments[s].Offset + BlockLength / 2) / BlockLength;
            bounds[r] = segments[s].Offset + Math.Min(blocks * BlockLength, segments[s].Length);
        }
        return bounds;
    }

    /// <summary>Calls <paramref name="body"/> with each range [start, end), at the same time.</summary>
    public static void Run(long[] bounds, Action<long, long> body) => OpenMp.Run(bounds.Length - 1, r => body(bounds[r], bounds[r + 1]));
}
