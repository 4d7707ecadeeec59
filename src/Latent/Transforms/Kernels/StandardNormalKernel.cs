using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Latent.Distributions;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Transforms.Kernels;

/// <summary>log N(z; 0, I) of the rows of a matrix, and its gradient.</summary>
/// <remarks>Shapes: z [rows, dimensions].</remarks>
internal static unsafe class StandardNormalKernel
{
    /// <summary>Adds the log-density of each row to what is there; −∞ stays.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="dimensions">Dimensions.</param>
    /// <param name="z">z.</param>
    /// <param name="logProb">[rows].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(int rows, int dimensions, T* z, T* logProb) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (half, constant) = (T.CreateChecked(0.5), T.CreateChecked(dimensions * Normal.HalfLog2Pi));
        for (var row = 0; row < rows; row++, z += dimensions)
        {
            if (logProb[row] == T.NegativeInfinity) continue; // whatever z stands there
            var sum = Vector512<T>.Zero;
            for (var d = 0; d < dimensions; d += Vector512<T>.Count)
            {
                var value = Load(z + d, dimensions - d);
                sum = MultiplyAdd(value, value, sum);
            }
            logProb[row] += -half * Sum(sum) - constant;
        }
    }

    /// <summary>The gradients with respect to z and to what was there before; 0 where the sum is −∞.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="dimensions">Dimensions.</param>
    /// <param name="z">z.</param>
    /// <param name="logProb">What <see cref="Add"/> gave.</param>
    /// <param name="gradient">The gradient with respect to it.</param>
    /// <param name="ofZ">Receives the gradient with respect to z.</param>
    /// <param name="ofTerm">Receives that with respect to what was there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(int rows, int dimensions, T* z, T* logProb, T* gradient, T* ofZ, T* ofTerm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var row = 0; row < rows; row++, z += dimensions, ofZ += dimensions)
        {
            var isOutside = logProb[row] == T.NegativeInfinity;
            ofTerm[row] = isOutside ? T.Zero : gradient[row];
            var factor = Vector512.Create(-ofTerm[row]);
            for (var d = 0; d < dimensions; d += Vector512<T>.Count)
                Store(isOutside ? Vector512<T>.Zero : factor * Load(z + d, dimensions - d), ofZ + d, dimensions - d);
        }
    }
}
