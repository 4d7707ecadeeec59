using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Latent.Torch.Kernels;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Distributions.Kernels;

/// <summary>
/// Log-likelihood of independent Bernoulli variables with logits l, per row: log p(x) = Σ_j [x_j l_j − log(1 + e^l_j)], and its
/// gradient x − σ(l).
/// </summary>
/// <remarks>
/// <para>Shapes: logits [K · rows, columns]; x [rows, columns], the same for each of K particles; log p [K · rows].</para>
/// <para>Units: nats.</para>
/// <para>Domain: x in [0, 1]; values between count as the expected log-likelihood. Bytes are taken as numbers, 0 or 1.</para>
/// <para>Numerics: a term is (x l − max(l, 0)) − log(1 + e^−|l|), whose bracket is exact for x in {0, 1}, so that the small terms
/// of confident and correct logits keep their relative accuracy and large ones do not overflow.</para>
/// </remarks>
internal static unsafe class BernoulliKernel
{
    /// <summary>Computes log p(x) of each row and, in the same pass, the residuals x − σ(l). Threads share the rows and do not change the result.</summary>
    /// <typeparam name="TX">The type of x: <see cref="byte"/> or <typeparamref name="T"/>.</typeparam>
    /// <typeparam name="T">The type of the logits.</typeparam>
    /// <param name="particles">K.</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="x">x.</param>
    /// <param name="logits">l.</param>
    /// <param name="logProb">Receives log p(x).</param>
    /// <param name="residuals">Receives x − σ(l), shaped like the logits; null if there will be no backward pass. May be <paramref name="logits"/>.</param>
    public static void LogProb<TX, T>(int particles, int rows, int columns, TX* x, T* logits, T* logProb, T* residuals)
        where TX : unmanaged where T : unmanaged
    {
        // A share takes some 12 µs or more.
        const long ShortestShare = 1 << 14;
        var all = particles * rows;
        var parts = (int)Math.Clamp((long)all * columns / ShortestShare, 1, OpenMp.Threads);
        OpenMp.Run(parts, part => LogProbOfRows((int)((long)all * part / parts), (int)((long)all * (part + 1) / parts), rows, columns, x, logits, logProb, residuals));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LogProbOfRows<TX, T>(int first, int end, int rows, int columns, TX* x, T* logits, T* logProb, T* residuals)
        where TX : unmanaged where T : unmanaged
    {
        for (var r = first; r < end; r++)
        {
            var row = x + (nint)(r % rows) * columns;
            var start = (nint)r * columns;
            var sum = Vector512<T>.Zero;
            for (var c = 0; c < columns; c += Vector512<T>.Count)
            {
                var left = columns - c;
                var value = LoadConverted<TX, T>(row + c, left);
                var logit = Load(logits + start + c, left);
                var (sigmoid, excess) = SigmoidAndSoftplusExcess(logit);
                sum += Keep(MultiplyAdd(value, logit, -Vector512.MaxNative(logit, Vector512<T>.Zero)) - excess, left);
                if (residuals != null) Store(value - sigmoid, residuals + start + c, left);
            }
            logProb[r] = Sum(sum);
        }
    }

    /// <summary>The gradient with respect to the logits: each row's residuals times the gradient with respect to that row's log p.</summary>
    /// <param name="rows">Rows of the logits.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="residuals">What <see cref="LogProb"/> left there.</param>
    /// <param name="logProbGradient">The gradient with respect to each row's log p, [rows].</param>
    /// <param name="logitGradient">Receives the result, [rows, columns]; may be <paramref name="residuals"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(int rows, int columns, T* residuals, T* logProbGradient, T* logitGradient) where T : unmanaged, INumberBase<T>
    {
        for (var r = 0; r < rows; r++)
        {
            var factor = Vector512.Create(logProbGradient[r]);
            for (var c = 0; c < columns; c += Vector512<T>.Count)
                Store(factor * Load(residuals + c, columns - c), logitGradient + c, columns - c);
            residuals += columns;
            logitGradient += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LoadConverted<TX, T>(TX* source, nint count) where TX : unmanaged where T : unmanaged
    {
        if (typeof(TX) == typeof(T)) return Load((T*)source, count);
        if (typeof(TX) != typeof(byte))
            throw new NotSupportedException($"Bernoulli data are bytes or of the logits' type {typeof(T)}, not {typeof(TX)}; convert them first.");

        var bytes = count >= 16 && typeof(T) == typeof(float) ? Vector128.Load((byte*)source) : LoadPart((byte*)source, (int)Math.Min(count, Vector512<T>.Count));
        var (low, high) = Vector128.Widen(bytes);
        var integers = Vector256.Create(low, high);
        var (lower, upper) = Vector256.Widen(integers);
        if (typeof(T) == typeof(float)) return Vector512.ConvertToSingle(Vector512.Create(lower, upper)).As<float, T>();
        var (even, odd) = Vector256.Widen(lower);
        return Vector512.ConvertToDouble(Vector512.Create(even, odd)).As<double, T>();
    }

    // Not inlined: a variable whose address is taken would stay in memory throughout the caller's loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<byte> LoadPart(byte* source, int count)
    {
        var bytes = Vector128<byte>.Zero;
        Unsafe.CopyBlockUnaligned(&bytes, source, (uint)count);
        return bytes;
    }
}
