using Latent.Torch;

namespace Latent.Networks;

/// <summary>A residual block of vectors with pre-activation: y = x + W₂ f(W₁ f(x) + b₁) + b₂.</summary>
/// <remarks>
/// <para>Source: He et al. 2016, Identity mappings in deep residual networks, figure 1b, with affine maps for convolutions.</para>
/// <para>Shapes: x [*, width] → y [*, width]; parts <c>linear1</c> [hidden, width], <c>linear2</c> [width, hidden].</para>
/// </remarks>
public sealed class DenseResidualBlock
{
    private readonly Linear linear1;
    private readonly Linear linear2;
    private readonly Activation activation;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="width">Features of x and y.</param>
    /// <param name="hidden">Features between the two maps.</param>
    /// <param name="activation">f.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public DenseResidualBlock(Init init, long width, long hidden, Activation activation)
    {
        linear1 = new Linear(init["linear1"], width, hidden);
        linear2 = new Linear(init["linear2"], hidden, width);
        this.activation = activation;
    }

    /// <summary>y = x + W₂ f(W₁ f(x) + b₁) + b₂.</summary>
    /// <exception cref="ArgumentException">The last axis of <paramref name="x"/> has not the size of the width.</exception>
    public Tensor Forward(Tensor x)
    {
        var h = linear1.Forward(activation.Apply(x)); // [*, hidden]
        return x + linear2.Forward(activation.Apply(h)); // [*, width]
    }
}
