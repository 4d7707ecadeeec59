using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>The Euclidean norm of all gradients together, for clipping.</summary>
internal static unsafe class GradientNorm
{
    /// <summary>√(Σ (s Σ_r g_r)²), in double precision and in an order that does not depend on the number of threads.</summary>
    /// <param name="segments">The gradients; those that no replica has count as zero.</param>
    /// <param name="gradientScale">The factor s on the sum over replicas.</param>
    /// <param name="threads">Threads to use at most; few elements use fewer.</param>
    public static double Compute<T>(ReadOnlySpan<GradientSegment<T>> segments, double gradientScale = 1, int threads = 1) where T : unmanaged
    {
        if (segments.IsEmpty) return 0;
        var blocks = 0L;
        foreach (ref readonly var segment in segments) blocks += (segment.Length + StaticPartition.BlockLength - 1) / StaticPartition.BlockLength;
        var sums = ArrayPool<double>.Shared.Rent((int)blocks);
        fixed (GradientSegment<T>* s = segments)
        {
            // Neither spans nor fixed variables can be captured.
            var (all, count) = ((nint)s, segments.Length);
            StaticPartition.Run(StaticPartition.Bounds(segments, threads), (start, end) =>
            {
                // A block's squares are summed by one thread, and the sums of all blocks then added in order.
                var block = 0L;
                foreach (ref readonly var segment in new ReadOnlySpan<GradientSegment<T>>((void*)all, count))
                {
                    for (var offset = 0L; offset < segment.Length; offset += StaticPartition.BlockLength, block++)
                    {
                        if (segment.Offset + offset >= start && segment.Offset + offset < end)
                            sums[block] = SumOfSquares(segment, offset, (nint)Math.Min(StaticPartition.BlockLength, segment.Length - offset));
                    }
                }
            });
        }
        var total = 0.0;
        foreach (var sum in sums.AsSpan(0, (int)blocks)) total += sum;
        ArrayPool<double>.Shared.Return(sums);
        return Math.Abs(gradientScale) * Math.Sqrt(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares<T>(in GradientSegment<T> segment, long offset, nint count) where T : unmanaged
    {
        Vector512<double> lower = default, upper = default;
        var gradients = stackalloc T*[segment.Replicas];
        var replicas = 0;
        for (var r = 0; r < segment.Replicas; r++)
        {
            if (segment.Gradients[r] != null) gradients[replicas++] = segment.Gradients[r] + offset;
        }
        if (replicas == 0) return 0;
        for (nint i = 0; i < count; i += Vector512<T>.Count)
        {
            var sum = Load(gradients[0] + i, count - i);
            for (var r = 1; r < replicas; r++) sum += Load(gradients[r] + i, count - i);
            if (typeof(T) == typeof(float))
            {
                var (low, high) = Vector512.Widen(sum.As<T, float>());
                lower = Vector512.FusedMultiplyAdd(low, low, lower);
                upper = Vector512.FusedMultiplyAdd(high, high, upper);
            }
            else
            {
                lower = Vector512.FusedMultiplyAdd(sum.As<T, double>(), sum.As<T, double>(), lower);
            }
        }
        return Sum(lower + upper);
    }
}
