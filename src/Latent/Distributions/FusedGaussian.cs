using System.Numerics;
using Latent.Distributions.Kernels;
using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// Samples z = μ + σ ε of a diagonal Gaussian q and what sets it apart from the standard normal p, as one node of the autograd graph:
/// KL(q ‖ p) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²), and of each sample log p(z) − log q(z) = ½ Σ_j (ε_j² + log σ_j² − z_j²).
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Welling, Auto-encoding variational Bayes (2014), appendix B.</para>
/// <para>Shapes: head [*B, 2 D], each row the means and then the log-variances log σ²; noise ε [*K, *B, D] → z [*K, *B, D],
/// KL [*B], log-ratios [*K, *B].</para>
/// <para>Units: nats.</para>
/// <para>Used for Float32 and Float64 on the CPU, with noise of the head's type and without gradient; elsewhere the composite
/// form runs.</para>
/// </remarks>
public static unsafe class FusedGaussian
{
    /// <summary>Samples, divergence and log-ratios.</summary>
    /// <param name="head">Means and log-variances.</param>
    /// <param name="noise">Standard normal numbers.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Z, Tensor KL, Tensor LogRatio) Sample(Tensor head, Tensor noise)
    {
        CheckShapes(head.Shape, noise.Shape);
        if (head.Device.Type != DeviceType.Cpu || noise.ElementType != head.ElementType || Autograd.NeedsNode(noise)) return Composite(head, noise);
        return head.ElementType switch
        {
            ElementType.Float32 => Fused<float>(head, noise),
            ElementType.Float64 => Fused<double>(head, noise),
            _ => Composite(head, noise),
        };
    }

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static (Tensor Z, Tensor KL, Tensor LogRatio) Composite(Tensor head, Tensor noise)
    {
        if (head.Chunk(2, -1) is not [var mean, var logVariance]) throw new ArgumentException("The head has no latent dimension.", nameof(head));
        var z = mean + (0.5 * logVariance).Exp() * noise;
        var kl = 0.5 * (mean.Square() + logVariance.Exp() - 1 - logVariance).Sum([-1]);
        var logRatio = 0.5 * (noise.Square() + logVariance - z.Square()).Sum([-1]);
        return (z, kl, logRatio);
    }

    private static (Tensor Z, Tensor KL, Tensor LogRatio) Fused<T>(Tensor head, Tensor noise) where T : unmanaged, INumberBase<T>
    {
        head = head.Dense();
        Arena.Current.RequireScope(nameof(FusedGaussian));
        using var scope = TensorScope.Open();
        noise = noise.Dense();
        var latents = checked((int)noise.Size(-1));
        var rows = checked((int)head.Shape[..^1].Elements);
        var particles = checked((int)noise.Shape[..^head.Rank].Elements);
        var z = Tensor.Uninitialized(noise.Shape, head.ElementType);
        var kl = Tensor.Uninitialized(head.Shape[..^1], head.ElementType);
        var logRatio = Tensor.Uninitialized(noise.Shape[..^1], head.ElementType);
        GaussianKernel.Forward(particles, rows, latents, head.Pointer<T>(), noise.Pointer<T>(), z.Pointer<T>(), kl.Pointer<T>(), logRatio.Pointer<T>());
        Autograd.Attach(nameof(FusedGaussian), [head], [z, kl, logRatio], [head, noise], context => Backward<T>(context, particles, rows, latents));
        return (scope.Return(z), scope.Return(kl), scope.Return(logRatio));
    }

    private static void Backward<T>(BackwardContext context, int particles, int rows, int latents) where T : unmanaged
    {
        var (head, noise) = (context.Saved(0), context.Saved(1));
        var headGradient = Tensor.Uninitialized(head.Shape, head.ElementType);
        GaussianKernel.Backward(particles, rows, latents, head.Pointer<T>(), noise.Pointer<T>(), Pointer(context.OutputGradient(0)), Pointer(context.OutputGradient(1)), Pointer(context.OutputGradient(2)), headGradient.Pointer<T>());
        context.Set(0, headGradient);

        static T* Pointer(Tensor? gradient) => gradient is null ? null : gradient.Dense().Pointer<T>();
    }

    private static void CheckShapes(Shape head, Shape noise)
    {
        if (head.Rank == 0 || noise.Rank < head.Rank || noise[^head.Rank..^1] != head[..^1] || head[^1] != 2 * noise[^1])
            throw new ArgumentException($"The head must be [*B, 2 D] for noise [*K, *B, D], not {head} for {noise}.", nameof(head));
    }
}
