using System.Numerics;
using Latent.Distributions.Kernels;
using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The log-likelihood of independent Bernoulli variables as one node of the autograd graph:
/// log p(x) = Σ over the event of x l − log(1 + e^l), with logits l.
/// </summary>
/// <remarks>
/// <para>Shapes: logits [*K, B, *E], x [B, *E], the same for each of K particles → log p [*K, B].</para>
/// <para>Units: nats.</para>
/// <para>Domain: x in [0, 1]; values between count as the expected log-likelihood. Bytes are numbers 0 or 1, not 255ths.</para>
/// <para>Used for Float32 and Float64 on the CPU, with x of the logits' type or bytes and without gradient; elsewhere the
/// composite form runs.</para>
/// </remarks>
public static unsafe class FusedBernoulli
{
    /// <summary>log p(x).</summary>
    /// <param name="logits">l = log(p / (1 − p)).</param>
    /// <param name="x">The observations.</param>
    /// <param name="eventRank">How many axes at the end of x make one event.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor LogProb(Tensor logits, Tensor x, int eventRank = 1)
    {
        CheckShapes(logits.Shape, x.Shape, eventRank);
        if (logits.Device.Type != DeviceType.Cpu || Autograd.NeedsNode(x)) return Composite(logits, x, eventRank);
        return (logits.ElementType, x.ElementType) switch
        {
            (ElementType.Float32, ElementType.Float32) => Fused<float, float>(logits, x, eventRank),
            (ElementType.Float32, ElementType.UInt8) => Fused<byte, float>(logits, x, eventRank),
            (ElementType.Float64, ElementType.Float64) => Fused<double, double>(logits, x, eventRank),
            (ElementType.Float64, ElementType.UInt8) => Fused<byte, double>(logits, x, eventRank),
            _ => Composite(logits, x, eventRank),
        };
    }

    /// <summary>The same function from libtorch's operators: the reference that the fused form is tested against.</summary>
    public static Tensor Composite(Tensor logits, Tensor x, int eventRank = 1)
    {
        var value = x.To(logits.ElementType).Expand(logits.Shape);
        var logProb = -logits.BinaryCrossEntropyWithLogits(value, reduction: 0);
        return eventRank == 0 ? logProb : logProb.Flatten(-eventRank).Sum([-1]);
    }

    private static Tensor Fused<TX, T>(Tensor logits, Tensor x, int eventRank) where TX : unmanaged where T : unmanaged, INumberBase<T>
    {
        logits = logits.Dense();
        Arena.Current.RequireScope(nameof(FusedBernoulli));
        using var scope = TensorScope.Open();
        x = x.Dense();
        var shape = logits.Shape;
        Shape batch = shape[..^eventRank];
        var rows = Count(x.Shape[..^eventRank]);
        var columns = Count(shape[^eventRank..]);
        var particles = Count(shape[..^x.Rank]);
        var logProb = Tensor.Uninitialized(batch, logits.ElementType);
        var residuals = Autograd.NeedsNode(logits) ? Tensor.Uninitialized(shape, logits.ElementType) : null;
        BernoulliKernel.LogProb(particles, rows, columns, x.Pointer<TX>(), logits.Pointer<T>(), logProb.Pointer<T>(), residuals is null ? null : residuals.Pointer<T>());
        if (residuals is not null) Autograd.Attach(nameof(FusedBernoulli), [logits], [logProb], [residuals], context => Backward<T>(context, particles * rows, columns));
        return scope.Return(logProb);
    }

    private static void Backward<T>(BackwardContext context, int rows, int columns) where T : unmanaged, INumberBase<T>
    {
        if (context.OutputGradient(0) is not { } gradient) return;
        var residuals = context.Saved(0);
        var logitGradient = Tensor.Uninitialized(residuals.Shape, residuals.ElementType);
        BernoulliKernel.Backward(rows, columns, residuals.Pointer<T>(), gradient.Dense().Pointer<T>(), logitGradient.Pointer<T>());
        context.Set(0, logitGradient);
    }

    private static int Count(Shape sizes) => checked((int)sizes.Elements);

    private static void CheckShapes(Shape logits, Shape x, int eventRank)
    {
        if (eventRank < 0 || eventRank > x.Rank)
            throw new ArgumentException($"An event of {eventRank} axes does not fit x {x}: eventRank must lie in [0, {x.Rank}].", nameof(eventRank));
        if (logits.Rank < x.Rank || logits[^x.Rank..] != x)
            throw new ArgumentException($"The logits must be [*K, B, *E] for x [B, *E]: their shape {logits} must end in x's, {x}.", nameof(logits));
    }
}
