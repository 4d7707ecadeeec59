using Latent.Conditionals;
using Latent.Distributions;
using Latent.Torch;

namespace Latent.Models;

/// <summary>
/// Levels as what is left of a continuous variable: v ~ p(v), x = ⌊L v⌋ / (L − 1), so that P(x) is the integral of p over the cell of x.
/// With q(v|x) on that cell, log P(x) ≥ E_q[log p(v) − log q(v|x)]; draws weighted by importance bring it up to log P(x).
/// </summary>
/// <remarks>
/// <para>Source: Theis, van den Oord and Bethge, A note on the evaluation of generative models (2016), section 3.1; Ho et al., Flow++ (2019),
/// equation 5; Hoogeboom, Cohen and Tomczak, Learning discrete distributions by dequantization (2020).</para>
/// <para>Shapes: x is [B, *event], levels k / (L − 1); the latent variable <c>v</c> is [K, B, *event], in [0, 1] on the data.</para>
/// <para>Units: log P(x) is the logarithm of a probability.</para>
/// </remarks>
/// <param name="density">p(v), or p(v|context).</param>
/// <param name="dequantizer">q(v|x): a <see cref="Dequantizer"/>.</param>
/// <param name="levels">L.</param>
public sealed class Dequantized(Conditional density, Conditional dequantizer, int levels) : LatentVariableModel
{
    /// <inheritdoc/>
    public override void Run(Tracer t, Tensor? x, Tensor? context)
    {
        var p = density.Given(context);
        var v = t.Latent("v", p, () => dequantizer.Given(x));
        t.Observed("x", new Independent(new Quantized(v, levels), p.EventShape.Rank), x);
    }
}
