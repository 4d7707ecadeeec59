namespace Latent.Torch.Kernels;

/// <summary>Runs one loop on several threads, each with one fixed range.</summary>
internal static class StaticPartition
{
    /// <summary>Ranges start at multiples of this, a cache line of floats, so that no two threads write to one line.</summary>
    private const long Granularity = 16;

    /// <summary>Below this length a range is done before another thread has started.</summary>
    private const long ShortestRange = 1 << 16;

    /// <summary>How many ranges <see cref="Run"/> makes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public static int Ranges(long length, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        return (int)Math.Clamp(length / ShortestRange, 1, threads);
    }

    /// <summary>Calls <paramref name="body"/> with ranges [start, end) that together are [0, length), at most <paramref name="threads"/> at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public static void Run(long length, int threads, Action<long, long> body)
    {
        var ranges = Ranges(length, threads);
        OpenMp.Run(ranges, r => body(Bound(r), Bound(r + 1)));

        long Bound(int r) => r == ranges ? length : length * r / ranges / Granularity * Granularity;
    }
}
