using Latent.Torch;

namespace Latent.Networks;

/// <summary>A convolution whose outputs are let through by gates: y = h σ(g), with (h, g) = W ⋆ x + b.</summary>
/// <remarks>
/// <para>Source: Dauphin et al. 2017, Language modeling with gated convolutional networks, equation 1.</para>
/// <para>Shapes: those of <see cref="Conv2d"/>; parameters <c>weight</c> [2 outputs, inputs, kernel height, kernel width], <c>bias</c> [2 outputs]:
/// the channels of h, then those of g.</para>
/// <para>Initial values: those of <see cref="Conv2d"/>.</para>
/// </remarks>
public sealed class GatedConv2d
{
    private readonly Conv2d both;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <inheritdoc cref="Conv2d(Init, long, long, Size2d, Size2d?, Size2d, Size2d?, long, bool, Initializer?, Initializer?)"/>
    public GatedConv2d(
        Init init, long inputs, long outputs, Size2d kernel, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null, bool hasBias = true) =>
        both = new Conv2d(init, inputs, 2 * Arguments.Positive(outputs), kernel, stride, padding, dilation, hasBias: hasBias);

    /// <summary>y = h σ(g).</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x) => both.Forward(x).Glu(-3); // [*, 2 outputs, H', W'] → [*, outputs, H', W']
}
