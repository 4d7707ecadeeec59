using System.Runtime.InteropServices;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class GradientExchangeTests
{
    private static readonly (int Offset, int Length)[] Parameters = [(0, 100_003), (100_016, 17), (100_048, 65_536), (165_584, 40_000)];
    private const int FlatLength = 205_584;

    [Theory]
    [InlineData(2, 1), InlineData(2, 2), InlineData(2, 3), InlineData(3, 2), InlineData(3, 3)]
    public void Each_range_reads_its_own_member_in_place_and_copies_of_the_others(int replicas, int threads)
    {
        // Parameter 1 has no gradient on replica 1.
        var gradients = Parameters.Select((p, i) => Enumerable.Range(0, replicas).Select(r => i == 1 && r == 1 ? null : Make(p.Length, (ulong)(10 * i + r))).ToArray()).ToArray();
        var pointers = stackalloc float*[Parameters.Length * replicas];
        var segments = new GradientSegment<float>[Parameters.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            for (var r = 0; r < replicas; r++) pointers[i * replicas + r] = gradients[i][r] is { } g ? At(g) : null;
            segments[i] = new(Parameters[i].Offset, Parameters[i].Length, pointers + i * replicas, replicas);
        }
        var bounds = StaticPartition.Bounds<float>(segments, threads);
        Assert.Equal(threads, bounds.Length - 1);

        using var team = new ReplicaTeam(replicas);
        var parts = GradientExchange.Publish<float>(team, segments, bounds, FlatLength);

        Assert.Equal(segments.Sum(s => s.Length), parts.Sum(s => s.Length));
        Assert.Equal(bounds, StaticPartition.Bounds<float>(parts, threads));
        foreach (var part in parts)
        {
            var parameter = Array.FindLastIndex(Parameters, p => p.Offset <= part.Offset);
            var range = Array.FindLastIndex(bounds[..^1], b => b <= part.Offset);
            Assert.True(part.Offset + part.Length <= bounds[range + 1]);
            for (var r = 0; r < replicas; r++)
            {
                var original = gradients[parameter][r];
                Assert.Equal(original is null, part.Gradients[r] == null);
                if (original is null) continue;
                var start = (int)part.Offset - Parameters[parameter].Offset;
                Assert.Equal(r == range % replicas, part.Gradients[r] == At(original) + start);
                Assert.Equal(original.AsSpan(start, (int)part.Length), new Span<float>(part.Gradients[r], (int)part.Length));
            }
        }
        Assert.Equal(GradientNorm.Compute<float>(segments, 0.5, threads), GradientNorm.Compute<float>(parts, 0.5, threads));
    }

    private static float[] Make(int length, ulong seed)
    {
        var array = GC.AllocateArray<float>(length, pinned: true);
        Array.ConvertAll(Numbers.Spread(length, seed), v => (float)v).CopyTo(array, 0);
        return array;
    }

    private static float* At(float[] pinned) => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
