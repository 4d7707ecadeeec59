using Latent.Torch;

namespace Latent.Networks;

/// <summary>A convolutional residual block with pre-activation: y = S(x) + W₂ ⋆ f(N₂(W₁ ⋆ f(N₁(x)))), with 3×3 kernels that keep height and width.</summary>
/// <remarks>
/// <para>Source: He et al. 2016, Identity mappings in deep residual networks, figure 1b.</para>
/// <para>S is the identity, or a 1×1 convolution where the numbers of channels differ. N is <see cref="GroupNorm"/>, or nothing.</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H, W]; parts <c>norm1</c>, <c>conv1</c>, <c>norm2</c>, <c>conv2</c>, <c>shortcut</c>.</para>
/// <para>Deviation: group in place of batch normalisation, so that examples stay independent.</para>
/// </remarks>
public sealed class ResidualBlock
{
    private readonly GroupNorm? norm1;
    private readonly Conv2d conv1;
    private readonly GroupNorm? norm2;
    private readonly Conv2d conv2;
    private readonly Conv2d? shortcut;
    private readonly Activation activation;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="activation">f.</param>
    /// <param name="normGroups">The groups of the normalisations, dividing inputs and outputs; null for a block without them.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the channels do not divide into the groups.</exception>
    public ResidualBlock(Init init, long inputs, long outputs, Activation activation, long? normGroups = null)
    {
        this.activation = activation;
        if (normGroups is { } groups)
        {
            norm1 = new GroupNorm(init["norm1"], groups, inputs);
            norm2 = new GroupNorm(init["norm2"], groups, outputs);
        }
        conv1 = new Conv2d(init["conv1"], inputs, outputs, kernel: 3, padding: 1);
        conv2 = new Conv2d(init["conv2"], outputs, outputs, kernel: 3, padding: 1);
        if (inputs != outputs) shortcut = new Conv2d(init["shortcut"], inputs, outputs, kernel: 1);
    }

    /// <summary>y = S(x) + W₂ ⋆ f(N₂(W₁ ⋆ f(N₁(x)))).</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var h = conv1.Forward(activation.Apply(norm1?.Forward(x) ?? x)); // [*, outputs, H, W]
        h = conv2.Forward(activation.Apply(norm2?.Forward(h) ?? h));
        return (shortcut?.Forward(x) ?? x) + h;
    }
}
