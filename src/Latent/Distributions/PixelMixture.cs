using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// A mixture of M components for the C colours of a pixel: log p(x) = log Σ_m π_m Π_c p_m(x_c | x_d of the colours d before c), each a
/// discretized logistic distribution whose location moves with the colours before, μ_mc + Σ_{d&lt;c} a_mcd (x_d − (N − 1) / 2).
/// </summary>
/// <remarks>
/// <para>Source: Salimans et al., PixelCNN++ (2017), section 2.2.</para>
/// <para>Shapes: logits [*batch, M]; μ and s [*batch, M, C]; a [*batch, M, C (C − 1) / 2], the coefficients of colour 1, those of colour
/// 2, …; events are [C]. One colour makes a <see cref="DiscretizedLogisticMixture"/>.</para>
/// <para>Units: x, μ and s count levels.</para>
/// <para>Domain: whole numbers 0 … N−1, of a floating-point type; all else has log p = −∞. s &gt; 0.</para>
/// <para>Deviation: the paper scales levels to [−1, 1]; a is the same there and here.</para>
/// </remarks>
public sealed class PixelMixture : Distribution
{
    private readonly Tensor logits;
    private readonly Tensor locations;
    private readonly Tensor scales;
    private readonly Tensor coefficients;
    private readonly int levels;

    /// <summary>Component m has weight π_m proportional to e^(logits_m).</summary>
    /// <param name="logits">The logarithms of the weights, up to a constant.</param>
    /// <param name="locations">μ.</param>
    /// <param name="scales">s.</param>
    /// <param name="coefficients">a.</param>
    /// <param name="levels">N.</param>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels.</exception>
    public PixelMixture(Tensor logits, Tensor locations, Tensor scales, Tensor coefficients, int levels = 256)
        : base(logits.Shape[..^1], [locations.Size(-1)])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        var colors = EventShape[0];
        Shape expected = [.. logits.Shape, colors];
        if (locations.Shape != expected) throw Arguments.Misshapen(locations, expected.ToString(), "It needs one location for each component and colour.");
        if (scales.Shape != expected) throw Arguments.Misshapen(scales, expected.ToString(), "It needs one scale for each component and colour.");
        expected = [.. logits.Shape, colors * (colors - 1) / 2];
        if (coefficients.Shape != expected) throw Arguments.Misshapen(coefficients, expected.ToString(), "It needs one coefficient for each component and pair of colours.");
        (this.logits, this.locations, this.scales, this.coefficients, this.levels) = (logits, locations, scales, coefficients, levels);
    }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        x = x.To(logits.ElementType);
        var outside = DiscretizedLogistic.IsNoLevel(x, levels); // [*S, *batch, C]
        x = x.MaskedFill(outside, 0).Unsqueeze(-2); // [*S, *batch, 1, C]
        var terms = logits.LogSoftmax(-1); // [*S, *batch, M]
        for (var c = 0; c < EventShape[0]; c++) terms += new DiscretizedLogistic(Location(locations, coefficients, x, c), scales.Select(-1, c), levels).LogMass(x.Select(-1, c));
        return terms.LogSumExp(-1).MaskedFill(outside.Any(-1), double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        Shape batch = shape[..^1];
        var chosen = rng.Fork("component").Categorical(logits.Expand([.. batch, logits.Size(-1)])).Unsqueeze(-1).Unsqueeze(-1); // [*S, *batch, 1, 1]
        Tensor Chosen(Tensor parameter) => parameter.Expand([.. batch, .. parameter.Shape[^2..]]).TakeAlongDim(chosen, -2).Squeeze(-2);
        var (location, scale, coefficient) = (Chosen(locations), Chosen(scales), Chosen(coefficients)); // [*S, *batch, C]
        var colors = new Tensor[EventShape[0]];
        for (var c = 0; c < colors.Length; c++)
        {
            var before = c == 0 ? null : Tensor.Stack(colors[..c], -1);
            colors[c] = new DiscretizedLogistic(Location(location, coefficient, before, c), scale.Select(-1, c), levels).Sample(rng.Fork("level", c));
        }
        return Tensor.Stack(colors, -1);
    }

    /// <summary>The location of colour c, given at least those before it: [*, C] → [*].</summary>
    private Tensor Location(Tensor locations, Tensor coefficients, Tensor? x, int c)
    {
        var mean = locations.Select(-1, c);
        for (var d = 0; d < c; d++) mean += coefficients.Select(-1, c * (c - 1) / 2 + d) * (x!.Select(-1, d) - 0.5 * (levels - 1));
        return mean;
    }
}
