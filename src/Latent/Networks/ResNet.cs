using Latent.Torch;

namespace Latent.Networks;

/// <summary>The network of RealNVP's couplings: a convolution, residual blocks, and a 1×1 convolution of what they make; height and width stay.</summary>
/// <remarks>
/// <para>Source: Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP (2017), section 3.5 and 4.1.</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H, W]; parts <c>first</c> and <c>last</c> are <see cref="Conv2d"/>, <c>0</c>, <c>1</c>, …
/// <see cref="ResidualBlock"/>.</para>
/// <para>Initial values: those of the parts, and zeros in the last layer if no others are given, so that a coupling begins as the identity.</para>
/// <para>Deviation: group in place of batch normalisation, so that examples stay independent; no skip connections to the last layer.</para>
/// </remarks>
public sealed class ResNet
{
    private readonly Conv2d first;
    private readonly ResidualBlock[] blocks;
    private readonly Conv2d last;
    private readonly Activation activation;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="hidden">Channels of the blocks.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="blocks">How many blocks there are.</param>
    /// <param name="activation">The non-linearity.</param>
    /// <param name="normGroups">The groups of the blocks' normalisations, dividing the hidden channels.</param>
    /// <param name="outputWeight">First values of the last layer's weights; zeros if null.</param>
    /// <param name="outputBias">First values of the last layer's biases; zeros if null.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the channels do not divide into the groups.</exception>
    public ResNet(Init init, long inputs, long hidden, long outputs, int blocks, Activation activation = Activation.Relu, long normGroups = 1, Initializer? outputWeight = null, Initializer? outputBias = null)
    {
        this.activation = activation;
        first = new(init["first"], inputs, hidden, kernel: 3, padding: 1);
        this.blocks = [.. Enumerable.Range(0, (int)Arguments.Positive(blocks, nameof(blocks))).Select(i => new ResidualBlock(init[i], hidden, hidden, activation, normGroups))];
        last = new(init["last"], hidden, outputs, kernel: 1, weight: outputWeight ?? Initializers.Zeros, bias: outputBias ?? Initializers.Zeros);
    }

    /// <summary>Applies the parts in order.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var h = first.Forward(x); // [*, hidden, H, W]
        foreach (var block in blocks) h = block.Forward(h);
        return last.Forward(activation.Apply(h));
    }
}
