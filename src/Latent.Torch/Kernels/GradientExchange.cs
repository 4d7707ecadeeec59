using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>Hands the gradients of replicas to the threads that sum them.</summary>
/// <remarks>
/// A core that reads what another has written gets copies of its cache lines; before the next backward pass can write to that memory
/// again, each of them must be taken back, one after the other. Where cores are far apart that costs more than the pass itself. So
/// each member of a team copies what others will read, past the cache (docs/decisions/0019-gradients-past-the-cache.md).
/// </remarks>
internal static unsafe class GradientExchange
{
    /// <summary>Lets each member of the team copy its gradients, but for the range that it sums itself.</summary>
    /// <param name="team">The idle team: member r has written the gradients of replica r, and takes each range of a pass whose number is r modulo the members'.</param>
    /// <param name="segments">The gradients, of as many replicas as the team has members.</param>
    /// <param name="bounds">The ranges: <see cref="StaticPartition.Bounds"/> of the segments.</param>
    /// <param name="length">Elements of the flat buffer.</param>
    /// <returns>The segments, cut at the bounds, with the gradients where each range's thread is to read them, until the team works again.</returns>
    public static GradientSegment<T>[] Publish<T>(ReplicaTeam team, ReadOnlySpan<GradientSegment<T>> segments, long[] bounds, long length) where T : unmanaged
    {
        var (size, ranges) = (team.Size, bounds.Length - 1);
        var room = (T*)team.Room((size * length * sizeof(T)) + ((segments.Length + ranges) * size * sizeof(T*)));
        var next = (T**)(room + size * length);
        var parts = new List<GradientSegment<T>>(segments.Length + ranges);
        var copies = new List<(int Member, nint From, nint To, nint Count)>();
        foreach (ref readonly var segment in segments)
        {
            for (var owner = 0; owner < ranges; owner++)
            {
                var (start, end) = (Math.Max(segment.Offset, bounds[owner]), Math.Min(segment.Offset + segment.Length, bounds[owner + 1]));
                if (start >= end) continue;
                for (var r = 0; r < size; r++)
                {
                    next[r] = segment.Gradients[r] == null ? null : segment.Gradients[r] + (start - segment.Offset);
                    if (r == owner % size || next[r] == null) continue;
                    var copy = room + r * length + start;
                    copies.Add((r, (nint)next[r], (nint)copy, (nint)(end - start)));
                    next[r] = copy;
                }
                parts.Add(new(start, end - start, next, size));
                next += size;
            }
        }
        team.Run(member =>
        {
            foreach (var (r, from, to, count) in copies)
                if (r == member) CopyPastCache((T*)from, (T*)to, count);
            // Before anything that tells another thread that this one is done.
            Thread.MemoryBarrier();
        });
        return [.. parts];
    }

    /// <summary>Copies to memory that begins at a cache line, which it fills to the end of the last vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPastCache<T>(T* source, T* destination, nint count) where T : unmanaged
    {
        for (nint i = 0; i < count; i += Vector512<T>.Count) Load(source + i, count - i).StoreAlignedNonTemporal(destination + i);
    }
}
