namespace Latent.Torch;

/// <summary>Activations applied to tensors, and found by name.</summary>
public static class ActivationFunctions
{
    /// <summary>f(x), element by element.</summary>
    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Identity => x,
        Activation.Relu => x.Relu(),
        Activation.LeakyRelu => x.LeakyRelu(),
        Activation.Elu => x.Elu(),
        Activation.Softplus => x.Softplus(),
        Activation.Silu => x.Silu(),
        Activation.Sigmoid => x.Sigmoid(),
        Activation.Tanh => x.Tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "This is no activation that Latent knows."),
    };

    /// <summary>The activation of a name as recipes write it: <c>identity, relu, leaky-relu, elu, softplus, silu, sigmoid, tanh</c>.</summary>
    /// <exception cref="FormatException">There is no such activation.</exception>
    public static Activation Parse(string name) =>
        Enum.TryParse<Activation>(name.Replace("-", ""), ignoreCase: true, out var activation) && Enum.IsDefined(activation) && !char.IsDigit(name[0])
            ? activation
            : throw new FormatException($"'{name}' is no activation; use identity, relu, leaky-relu, elu, softplus, silu, sigmoid or tanh.");
}
