using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Distributions.Kernels;

/// <summary>
/// Reparameterized samples z = μ + σ ε of a diagonal Gaussian, and its divergence from the standard normal,
/// KL = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²).
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Welling, Auto-encoding variational Bayes (2014), appendix B. As there, the network's head is split
/// into the mean and the logarithm of the variance; σ = e^(½ log σ²).</para>
/// <para>Shapes: head [rows, 2 · latents], each row the means and then the log-variances; noise and z [K, rows, latents], K particles of
/// each row; KL [rows].</para>
/// <para>Units: nats.</para>
/// <para>Numerics: σ² − 1 − log σ² is e^v − 1 − v, computed without cancellation, so that the divergence of a collapsed
/// posterior is accurate and never negative.</para>
/// </remarks>
internal static unsafe class GaussianKernel
{
    /// <summary>Computes samples and divergence.</summary>
    /// <param name="particles">K.</param>
    /// <param name="rows">Rows of the head.</param>
    /// <param name="latents">Latent dimensions.</param>
    /// <param name="head">Means and log-variances.</param>
    /// <param name="noise">ε, standard normal.</param>
    /// <param name="z">Receives the samples.</param>
    /// <param name="kl">Receives each row's divergence, or null if it is not needed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<T>(int particles, int rows, int latents, T* head, T* noise, T* z, T* kl) where T : unmanaged
    {
        var stride = (nint)rows * latents;
        for (var r = 0; r < rows; r++)
        {
            var sum = Vector512<T>.Zero;
            for (var d = 0; d < latents; d += Vector512<T>.Count)
            {
                var left = latents - d;
                var mean = Load(head + d, left);
                var logVariance = Load(head + latents + d, left);
                var scale = Exp(Constant<T>(0.5) * logVariance);
                for (var k = 0; k < particles; k++)
                    Store(MultiplyAdd(scale, Load(noise + k * stride + d, left), mean), z + k * stride + d, left);
                // Lanes beyond the end are zero, and add nothing.
                if (kl != null) sum += MultiplyAdd(mean, mean, ExpExcess(logVariance));
            }
            if (kl != null) *kl++ = Sum(Constant<T>(0.5) * sum);
            head += 2 * latents;
            noise += latents;
            z += latents;
        }
    }

    /// <summary>The gradient with respect to the head.</summary>
    /// <param name="particles">K.</param>
    /// <param name="rows">Rows of the head.</param>
    /// <param name="latents">Latent dimensions.</param>
    /// <param name="head">As given to <see cref="Forward"/>.</param>
    /// <param name="noise">As given to <see cref="Forward"/>.</param>
    /// <param name="zGradient">The gradient with respect to z, or null for zero.</param>
    /// <param name="klGradient">The gradient with respect to each row's divergence, or null for zero.</param>
    /// <param name="headGradient">Receives the gradient with respect to the head.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(int particles, int rows, int latents, T* head, T* noise, T* zGradient, T* klGradient, T* headGradient) where T : unmanaged
    {
        var half = Constant<T>(0.5);
        var stride = (nint)rows * latents;
        for (var r = 0; r < rows; r++)
        {
            var weight = klGradient == null ? Vector512<T>.Zero : Vector512.Create(klGradient[r]);
            for (var d = 0; d < latents; d += Vector512<T>.Count)
            {
                var left = latents - d;
                Vector512<T> sum = default, sumTimesNoise = default;
                for (var k = 0; zGradient != null && k < particles; k++)
                {
                    var g = Load(zGradient + k * stride + d, left);
                    sum += g;
                    sumTimesNoise = MultiplyAdd(g, Load(noise + k * stride + d, left), sumTimesNoise);
                }
                var logVariance = Load(head + latents + d, left);
                var scale = Exp(half * logVariance);
                // dσ/dv = σ/2, and dKL/dv = (e^v − 1)/2.
                Store(MultiplyAdd(weight, Load(head + d, left), sum), headGradient + d, left);
                Store(half * MultiplyAdd(weight, ExpExcess(logVariance) + logVariance, scale * sumTimesNoise), headGradient + latents + d, left);
            }
            head += 2 * latents;
            noise += latents;
            if (zGradient != null) zGradient += latents;
            headGradient += 2 * latents;
        }
    }
}
