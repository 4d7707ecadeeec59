using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A monotone network of sigmoids. From data to noise, h_0 = x, h_l = logit(W_l σ(a_l ∘ (U_l h_{l−1}) + b_l)), z = h_L, with a &gt; 0 and
/// mixtures in the rows of W and U.
/// </summary>
/// <remarks>
/// <para>Source: Huang et al., Neural autoregressive flows (2018), equations 8 (DSF, one layer) and 10 to 12 (DDSF, several).</para>
/// <para>Shapes: the parameters of each layer have batch axes [*batch]; see <see cref="SigmoidalLayer"/>.</para>
/// <para>Domain: all reals to all reals.</para>
/// <para>Numerics: z and its slope are computed in logarithms throughout, so that saturated sigmoids lose nothing. From z to x the
/// equation is solved by Newton's method inside a bracket that is known beforehand, halved where Newton is slow, until a step is below
/// 4 units in the last place of x (or of 1); the gradient is that of the implicit function. Expect a round trip within rounding times the slope.</para>
/// </remarks>
public sealed class SigmoidalFlow : ElementwiseTransform
{
    private const double LeastSlope = 1e-3;

    private readonly SigmoidalLayer[] layers;

    /// <summary>The layers, from x to z: the first has one input, the last one output, and each as many inputs as the one before has outputs.</summary>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public SigmoidalFlow(params ReadOnlySpan<SigmoidalLayer> layers) : base(BatchOf(layers)) => this.layers = layers.ToArray();

    /// <summary>How many numbers describe a flow.</summary>
    internal static long Numbers(ReadOnlySpan<long> hidden, bool isDense)
    {
        var numbers = 0L;
        foreach (var (inputs, units, outputs) in Sizes(hidden, isDense)) numbers += units * (2 + outputs + (inputs > 1 ? inputs : 0));
        return numbers;
    }

    /// <summary>The flow of raw numbers [*, n]: of each layer a (through softplus), b, the logits of W, those of U.</summary>
    internal static SigmoidalFlow Of(Tensor raw, ReadOnlySpan<long> hidden, bool isDense)
    {
        var (layers, start) = (new List<SigmoidalLayer>(), 0L);
        foreach (var (inputs, units, outputs) in Sizes(hidden, isDense))
        {
            Tensor Next(long count) => raw.Narrow(-1, (start += count) - count, count);
            // A slope is 1 where its raw number is 0.
            var slope = LeastSlope + (Next(units) + Math.Log(Math.Exp(1 - LeastSlope) - 1)).Softplus();
            layers.Add(new(slope, Next(units), Next(outputs * units).Unflatten(-1, outputs, units), inputs > 1 ? Next(units * inputs).Unflatten(-1, units, inputs) : null));
        }
        return new(layers.ToArray());
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var (low, high) = (z.Expand(Distributions.Broadcast.Shapes(z.Shape, BatchShape)), z);
        for (var l = layers.Length - 1; l >= 0; l--) (low, high) = layers[l].Bracket(low, high);
        return MonotoneInverse.Of(Map, z, low, high);
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => Map(x);

    private (Tensor Z, Tensor LogSlope) Map(Tensor x)
    {
        var h = x.Unsqueeze(-1);
        var logSlope = h.ZerosLike();
        foreach (var layer in layers) (h, logSlope) = layer.Apply(h, logSlope);
        return (h.Squeeze(-1), logSlope.Squeeze(-1));
    }

    /// <summary>Inputs, units and outputs of each layer: one that mixes all units at once (DSF), or hidden layers and a last one of a single unit (DDSF).</summary>
    private static (long Inputs, long Units, long Outputs)[] Sizes(ReadOnlySpan<long> hidden, bool isDense)
    {
        if (!isDense) return [(1, hidden[0], 1)];
        var sizes = new (long, long, long)[hidden.Length + 1];
        for (var l = 0; l < sizes.Length; l++)
        {
            var units = l < hidden.Length ? hidden[l] : 1;
            sizes[l] = (l == 0 ? 1 : hidden[l - 1], units, units);
        }
        return sizes;
    }

    private static ReadOnlySpan<long> BatchOf(ReadOnlySpan<SigmoidalLayer> layers) => layers.IsEmpty
        ? throw new ArgumentException("A sigmoidal flow needs at least one layer.", nameof(layers))
        : layers[0].Slope.Shape[..^1].AsSpan();
}
