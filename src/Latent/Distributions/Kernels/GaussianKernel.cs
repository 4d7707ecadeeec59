using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Distributions.Kernels;

/// <summary>
/// Reparameterized samples z = μ + σ ε of a diagonal Gaussian q, and what sets it apart from the standard normal p: its divergence
/// KL(q ‖ p) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²), and log p(z) − log q(z) = ½ Σ_j (ε_j² + log σ_j² − z_j²) of each sample.
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Welling, Auto-encoding variational Bayes (2014), appendix B. As there, the network's head is split
/// into the mean and the logarithm of the variance; σ = e^(½ log σ²).</para>
/// <para>Shapes: head [rows, 2 · latents], each row the means and then the log-variances; noise and z [K, rows, latents], K particles of
/// each row; KL [rows], log-ratios [K, rows].</para>
/// <para>Units: nats.</para>
/// <para>Numerics: σ² − 1 − log σ² is e^v − 1 − v, computed without cancellation, so that the divergence of a collapsed
/// posterior is accurate and never negative.</para>
/// </remarks>
internal static unsafe class GaussianKernel
{
    /// <summary>Computes samples, divergence and log-ratios.</summary>
    /// <param name="particles">K.</param>
    /// <param name="rows">Rows of the head.</param>
    /// <param name="latents">Latent dimensions.</param>
    /// <param name="head">Means and log-variances.</param>
    /// <param name="noise">ε, standard normal.</param>
    /// <param name="z">Receives the samples.</param>
    /// <param name="kl">Receives each row's divergence.</param>
    /// <param name="logRatio">Receives log p(z) − log q(z) of each sample.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<T>(int particles, int rows, int latents, T* head, T* noise, T* z, T* kl, T* logRatio) where T : unmanaged, INumberBase<T>
    {
        var half = Constant<T>(0.5);
        var stride = (nint)rows * latents;
        new Span<T>(logRatio, particles * rows).Clear();
        for (var r = 0; r < rows; r++)
        {
            var sum = Vector512<T>.Zero;
            for (var d = 0; d < latents; d += Vector512<T>.Count)
            {
                var left = latents - d;
                var mean = Load(head + d, left);
                var logVariance = Load(head + latents + d, left);
                var scale = Exp(half * logVariance);
                // Lanes beyond the end are zero, and add nothing.
                for (var k = 0; k < particles; k++)
                {
                    var e = Load(noise + k * stride + d, left);
                    var sample = MultiplyAdd(scale, e, mean);
                    Store(sample, z + k * stride + d, left);
                    logRatio[k * rows + r] += Sum(half * (MultiplyAdd(e, e, logVariance) - sample * sample));
                }
                sum += MultiplyAdd(mean, mean, ExpExcess(logVariance));
            }
            kl[r] = Sum(half * sum);
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
    /// <param name="logRatioGradient">The gradient with respect to each sample's log-ratio, or null for zero.</param>
    /// <param name="headGradient">Receives the gradient with respect to the head.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<T>(int particles, int rows, int latents, T* head, T* noise, T* zGradient, T* klGradient, T* logRatioGradient, T* headGradient) where T : unmanaged
    {
        var half = Constant<T>(0.5);
        var stride = (nint)rows * latents;
        for (var r = 0; r < rows; r++)
        {
            var weight = klGradient == null ? Vector512<T>.Zero : Vector512.Create(klGradient[r]);
            for (var d = 0; d < latents; d += Vector512<T>.Count)
            {
                var left = latents - d;
                var mean = Load(head + d, left);
                var logVariance = Load(head + latents + d, left);
                var scale = Exp(half * logVariance);
                Vector512<T> sum = default, sumTimesNoise = default, sumOfRatios = default;
                for (var k = 0; k < particles; k++)
                {
                    var e = Load(noise + k * stride + d, left);
                    var g = zGradient == null ? default : Load(zGradient + k * stride + d, left);
                    if (logRatioGradient != null)
                    {
                        // The log-ratio falls by z dz, and rises by dv/2.
                        var ofRatio = Vector512.Create(logRatioGradient[k * rows + r]);
                        g -= ofRatio * MultiplyAdd(scale, e, mean);
                        sumOfRatios += ofRatio;
                    }
                    sum += g;
                    sumTimesNoise = MultiplyAdd(g, e, sumTimesNoise);
                }
                // dσ/dv = σ/2, and dKL/dv = (e^v − 1)/2.
                Store(MultiplyAdd(weight, mean, sum), headGradient + d, left);
                Store(half * (MultiplyAdd(weight, ExpExcess(logVariance) + logVariance, scale * sumTimesNoise) + sumOfRatios), headGradient + latents + d, left);
            }
            head += 2 * latents;
            noise += latents;
            if (zGradient != null) zGradient += latents;
            headGradient += 2 * latents;
        }
    }
}
