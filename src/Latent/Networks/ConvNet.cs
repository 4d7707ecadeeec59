using Latent.Torch;

namespace Latent.Networks;

/// <summary>The network of Glow's couplings: y = W₃ ⋆ f(W₂ ⋆ f(W₁ ⋆ x)), with kernels of 3×3, 1×1 and 3×3 that keep height and width.</summary>
/// <remarks>
/// <para>Source: Kingma and Dhariwal, Glow (2018), section 3.3 and appendix B, there with ReLU.</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H, W]; parts <c>0</c>, <c>1</c>, <c>2</c> are <see cref="Conv2d"/>.</para>
/// <para>Initial values: those of <see cref="Conv2d"/>, and zeros in the last layer if no others are given, so that a coupling begins as the identity.</para>
/// <para>Deviation: no normalisation between the layers.</para>
/// </remarks>
public sealed class ConvNet
{
    private readonly Conv2d first;
    private readonly Conv2d middle;
    private readonly Conv2d last;
    private readonly Activation activation;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="hidden">Channels between.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="activation">f.</param>
    /// <param name="outputWeight">First values of the last layer's weights; zeros if null.</param>
    /// <param name="outputBias">First values of the last layer's biases; zeros if null.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public ConvNet(Init init, long inputs, long hidden, long outputs, Activation activation = Activation.Relu, Initializer? outputWeight = null, Initializer? outputBias = null)
    {
        this.activation = activation;
        first = new(init[0], inputs, hidden, kernel: 3, padding: 1);
        middle = new(init[1], hidden, hidden, kernel: 1);
        last = new(init[2], hidden, outputs, kernel: 3, padding: 1, weight: outputWeight ?? Initializers.Zeros, bias: outputBias ?? Initializers.Zeros);
    }

    /// <summary>y = W₃ ⋆ f(W₂ ⋆ f(W₁ ⋆ x)).</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x) => last.Forward(activation.Apply(middle.Forward(activation.Apply(first.Forward(x)))));
}
