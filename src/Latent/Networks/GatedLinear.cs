using Latent.Torch;

namespace Latent.Networks;

/// <summary>An affine map whose outputs are let through by gates: y = h σ(g), with (h, g) = x Wᵀ + b.</summary>
/// <remarks>
/// <para>Source: Dauphin et al. 2017, Language modeling with gated convolutional networks, equation 1.</para>
/// <para>Shapes: x [*, inputs] → y [*, outputs]; parameters <c>weight</c> [2 outputs, inputs], <c>bias</c> [2 outputs]: the rows of h, then those of g.</para>
/// <para>Initial values: those of <see cref="Linear"/>.</para>
/// </remarks>
public sealed class GatedLinear
{
    private readonly Linear both;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GatedLinear(Init init, long inputs, long outputs, bool hasBias = true) =>
        both = new Linear(init, inputs, 2 * Arguments.Positive(outputs), hasBias);

    /// <summary>y = h σ(g).</summary>
    /// <exception cref="ArgumentException">The last axis of <paramref name="x"/> has not the size of the layer's inputs.</exception>
    public Tensor Forward(Tensor x) => both.Forward(x).Glu(-1); // [*, 2 outputs] → [*, outputs]
}
