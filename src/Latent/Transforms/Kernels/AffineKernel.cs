using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Transforms.Kernels;

/// <summary>Affine maps of some columns of a matrix, y = μ + e^s v or y = (v − μ) e^−s with s = c tanh(r/c), and ±Σ s of each row.</summary>
/// <remarks>Shapes: v, y and their gradients [rows, columns]; raw numbers, their gradients and what is kept [rows, 2, count]: μ, then r.</remarks>
internal static unsafe class AffineKernel
{
    /// <summary>Computes y and the log-determinants.</summary>
    /// <param name="segment">Which columns are mapped; the others are copied.</param>
    /// <param name="isForward">The first form of y, or the second.</param>
    /// <param name="bound">c.</param>
    /// <param name="v">v.</param>
    /// <param name="raw">μ and r.</param>
    /// <param name="y">Receives y.</param>
    /// <param name="logDet">Receives the log-determinant of each row.</param>
    /// <param name="kept">Receives e^±s and ds/dr, which the backward pass reads.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T>(in AffineSegment segment, bool isForward, double bound, T* v, T* raw, T* y, T* logDet, T* kept) where T : unmanaged
    {
        var (rows, columns, first, count) = segment;
        var (c, overC, one, sign) = (Constant<T>(bound), Constant<T>(1 / bound), Constant<T>(1), Constant<T>(isForward ? 1 : -1));
        for (var row = 0; row < rows; row++)
        {
            Copy(columns, first, count, v, y);
            var sum = Vector512<T>.Zero;
            for (var d = 0; d < count; d += Vector512<T>.Count)
            {
                var left = count - d;
                var (location, value) = (Load(raw + d, left), Load(v + first + d, left));
                var tanh = Tanh(Load(raw + count + d, left) * overC);
                var s = sign * c * tanh; // lanes beyond the end are zero, and add nothing
                var scale = Exp(s);
                Store(isForward ? MultiplyAdd(scale, value, location) : (value - location) * scale, y + first + d, left);
                Store(scale, kept + d, left);
                Store((one - tanh) * (one + tanh), kept + count + d, left);
                sum += s;
            }
            logDet[row] = Sum(sum);
            v += columns;
            y += columns;
            raw += 2 * count;
            kept += 2 * count;
        }
    }

    /// <summary>The gradients with respect to v and to μ and r.</summary>
    /// <param name="segment">As given to <see cref="Map"/>.</param>
    /// <param name="isForward">As given to <see cref="Map"/>.</param>
    /// <param name="factor">v in the first form, y in the second.</param>
    /// <param name="kept">What <see cref="Map"/> kept.</param>
    /// <param name="ofY">The gradient with respect to y, or null for zero.</param>
    /// <param name="ofLogDet">The gradient with respect to the log-determinants, or null for zero.</param>
    /// <param name="ofV">Receives the gradient with respect to v, unless null.</param>
    /// <param name="ofRaw">Receives those with respect to μ and r.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(in AffineSegment segment, bool isForward, T* factor, T* kept, T* ofY, T* ofLogDet, T* ofV, T* ofRaw) where T : unmanaged
    {
        var (rows, columns, first, count) = segment;
        for (var row = 0; row < rows; row++)
        {
            if (ofV != null)
            {
                if (ofY == null) new Span<T>(ofV, columns).Clear();
                else Copy(columns, first, count, ofY, ofV);
            }
            var weight = ofLogDet == null ? Vector512<T>.Zero : Vector512.Create(ofLogDet[row]);
            for (var d = 0; d < count; d += Vector512<T>.Count)
            {
                var left = count - d;
                var (scale, slope, value) = (Load(kept + d, left), Load(kept + count + d, left), Load(factor + first + d, left));
                var g = ofY == null ? Vector512<T>.Zero : Load(ofY + first + d, left);
                var scaled = g * scale;
                if (ofV != null) Store(scaled, ofV + first + d, left);
                // dx = dμ + e^s (dz + z ds), dz = e^−s (dx − dμ) − z ds, and the log-determinants are Σ s and −Σ s.
                Store(isForward ? g : -scaled, ofRaw + d, left);
                Store((isForward ? MultiplyAdd(scaled, value, weight) : -MultiplyAdd(g, value, weight)) * slope, ofRaw + count + d, left);
            }
            factor += columns;
            kept += 2 * count;
            if (ofY != null) ofY += columns;
            if (ofV != null) ofV += columns;
            ofRaw += 2 * count;
        }
    }

    /// <summary>Copies the columns of a row that are not mapped.</summary>
    private static void Copy<T>(int columns, int first, int count, T* from, T* to) where T : unmanaged
    {
        new ReadOnlySpan<T>(from, first).CopyTo(new Span<T>(to, first));
        new ReadOnlySpan<T>(from + first + count, columns - first - count).CopyTo(new Span<T>(to + first + count, columns - first - count));
    }
}
