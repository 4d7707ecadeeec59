using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>An optimizer step as one pass over a flat buffer of parameters: sum of replicas, scale, update, moving average, zeroing.</summary>
/// <remarks>The step is bound by memory, so every array is read and written once. Each element is computed by itself: the number of threads does not change the result.</remarks>
internal static unsafe class FlatUpdate
{
    /// <summary>Updates the parameters.</summary>
    /// <param name="rule">The optimizer's formula and state.</param>
    /// <param name="parameters">The flat buffer.</param>
    /// <param name="segments">The parameters' gradients; offsets ascend and segments do not overlap. Parameters without a gradient stay as they are.</param>
    /// <param name="gradientScale">The factor on the summed gradients: one over the replicas for a mean, times the clipping factor.</param>
    /// <param name="average">An exponential moving average of the parameters, as long as the flat buffer, or null.</param>
    /// <param name="averageDecay">The average's decay d: a ← d a + (1 − d) p.</param>
    /// <param name="zeroGradients">Whether to leave zeros in the gradients.</param>
    /// <param name="threads">Threads to use at most; short buffers use fewer.</param>
    public static void Apply<T, TRule>(TRule rule, T* parameters, ReadOnlySpan<GradientSegment<T>> segments,
        double gradientScale = 1, T* average = null, double averageDecay = 0, bool zeroGradients = false, int threads = 1)
        where T : unmanaged where TRule : struct, IUpdateRule<T>
    {
        if (segments.IsEmpty) return;
        var bounds = StaticPartition.Bounds(segments, threads);
        var pass = new Pass<T, TRule>
        {
            Rule = rule,
            Parameters = parameters,
            Scale = Constant<T>(gradientScale),
            Average = average,
            Rest = Constant<T>(1 - averageDecay),
            ZeroGradients = zeroGradients,
            BypassCache = bounds.Length > 2,
        };
        fixed (GradientSegment<T>* s = segments)
        {
            // Neither spans nor fixed variables can be captured.
            var (all, count) = ((nint)s, segments.Length);
            StaticPartition.Run(bounds, (start, end) =>
            {
                foreach (ref readonly var segment in new ReadOnlySpan<GradientSegment<T>>((void*)all, count))
                {
                    var from = Math.Max(start, segment.Offset);
                    var to = Math.Min(end, segment.Offset + segment.Length);
                    if (from < to) pass.Run(segment, from, (nint)(to - from));
                }
            });
        }
    }

    private struct Pass<T, TRule> where T : unmanaged where TRule : struct, IUpdateRule<T>
    {
        public TRule Rule;
        public T* Parameters;
        public Vector512<T> Scale;
        public T* Average;
        public Vector512<T> Rest;
        public bool ZeroGradients;

        /// <summary>
        /// Whether other cores hold copies of the parameters, from the products of the step. An ordinary store must take each line
        /// from them, one after the other: up to 75 ns a line, twelve times as long as all the rest. One past the cache need not.
        /// </summary>
        public bool BypassCache;

        /// <summary>Updates count elements of a segment from the flat index start on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(in GradientSegment<T> segment, long start, nint count)
        {
            var gradients = stackalloc T*[segment.Replicas];
            var replicas = 0;
            for (var r = 0; r < segment.Replicas; r++)
            {
                if (segment.Gradients[r] != null) gradients[replicas++] = segment.Gradients[r] + (start - segment.Offset);
            }
            var rule = Rule;
            var p = Parameters + start;
            var bypass = BypassCache && (nuint)p % (nuint)sizeof(Vector512<T>) == 0;
            for (nint i = 0; i < count; i += Vector512<T>.Count)
            {
                var left = count - i;
                var value = Load(p + i, left);
                if (replicas > 0)
                {
                    var gradient = Load(gradients[0] + i, left);
                    for (var r = 1; r < replicas; r++) gradient += Load(gradients[r] + i, left);
                    if (ZeroGradients)
                    {
                        for (var r = 0; r < replicas; r++) Store(Vector512<T>.Zero, gradients[r] + i, left);
                    }
                    value = rule.Update(start + i, left, value, gradient * Scale);
                    if (bypass && left >= Vector512<T>.Count) value.StoreAlignedNonTemporal(p + i);
                    else Store(value, p + i, left);
                }
                if (Average != null)
                {
                    var a = Load(Average + start + i, left);
                    Store(MultiplyAdd(Rest, value - a, a), Average + start + i, left);
                }
            }
            // Before anything that tells another thread that this one is done.
            if (bypass) Thread.MemoryBarrier();
        }
    }
}
