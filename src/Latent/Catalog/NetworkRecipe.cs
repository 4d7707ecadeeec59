using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A multilayer perceptron but for its inputs and outputs.</summary>
public sealed record NetworkRecipe
{
    /// <summary>The features of each hidden layer, in the order in which they are passed.</summary>
    public IReadOnlyList<long> Hidden
    {
        get;
        init
        {
            foreach (var width in value) Arguments.Positive(width, "hidden");
            field = value;
        }
    } = [400];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Makes the network.</summary>
    public Mlp Build(Init init, long inputs, long outputs, Initializer? outputBias = null) => new(init, [inputs, .. Hidden, outputs], Activation, outputBias: outputBias);
}
