using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A layer of a <see cref="SigmoidalFlow"/>: from n inputs h through m sigmoids to o outputs, logit(W σ(a ∘ (U h) + b)).</summary>
/// <param name="Slope">a &gt; 0, [*batch, m].</param>
/// <param name="Shift">b, [*batch, m].</param>
/// <param name="OutputLogits">The logits of the rows of W, each a mixture of the sigmoids, [*batch, o, m].</param>
/// <param name="InputLogits">The logits of the rows of U, each a mixture of the inputs, [*batch, m, n]; null where there is one input.</param>
public sealed record SigmoidalLayer(Tensor Slope, Tensor Shift, Tensor OutputLogits, Tensor? InputLogits = null)
{
    /// <summary>The outputs and the logarithms of their derivatives by a number that the inputs depend on.</summary>
    /// <param name="h">[*S, *batch, n].</param>
    /// <param name="logSlope">log dh, [*S, *batch, n].</param>
    internal (Tensor H, Tensor LogSlope) Apply(Tensor h, Tensor logSlope)
    {
        var logU = InputLogits?.LogSoftmax(-1); // [*batch, m, n]
        var mixed = logU is null ? h : (logU.Exp() * h.Unsqueeze(-2)).Sum(-1); // [*S, *batch, m], or 1 for m
        var mixedSlope = logU is null ? logSlope : (logU + logSlope.Unsqueeze(-2)).LogSumExp(-1);
        var c = Slope * mixed + Shift;
        var (logSigmoid, logRest, logW) = (c.LogSigmoid(), (-c).LogSigmoid(), OutputLogits.LogSoftmax(-1));
        Tensor Mixture(Tensor logs) => (logW + logs.Unsqueeze(-2)).LogSumExp(-1); // [*S, *batch, o]
        var (logD, logE) = (Mixture(logSigmoid), Mixture(logRest)); // of D = W σ(c), and of 1 − D
        return (logD - logE, Mixture(logSigmoid + logRest + Slope.Log() + mixedSlope) - logD - logE);
    }

    /// <summary>The inputs between which the outputs take a value.</summary>
    /// <remarks>Each output lies between the least and the greatest a_j h + b_j, each mixture of inputs between the least and the greatest input.</remarks>
    /// <param name="low">[*S, *batch]: the least output is not above it there, …</param>
    /// <param name="high">… and the greatest not below it here.</param>
    internal (Tensor Low, Tensor High) Bracket(Tensor low, Tensor high) =>
        (((low.Unsqueeze(-1) - Shift) / Slope).Amin([-1]), ((high.Unsqueeze(-1) - Shift) / Slope).Amax([-1]));
}
