namespace Latent.Torch;

/// <summary>An elementwise non-linearity that <see cref="FusedMlp"/> fuses with the layer before it. Each matches PyTorch's default of the same name.</summary>
public enum Activation
{
    /// <summary>f(x) = x.</summary>
    Identity,
    /// <summary>f(x) = max(x, 0), with slope 0 at 0.</summary>
    Relu,
    /// <summary>f(x) = x for x &gt; 0, else 0.01 x.</summary>
    LeakyRelu,
    /// <summary>f(x) = x for x &gt; 0, else e^x − 1.</summary>
    Elu,
    /// <summary>f(x) = log(1 + e^x).</summary>
    Softplus,
    /// <summary>f(x) = x σ(x).</summary>
    Silu,
    /// <summary>f(x) = σ(x) = 1 / (1 + e^−x).</summary>
    Sigmoid,
    /// <summary>f(x) = tanh(x).</summary>
    Tanh,
}
