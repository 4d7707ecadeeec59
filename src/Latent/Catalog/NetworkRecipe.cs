using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A multilayer perceptron but for its inputs and outputs.</summary>
public sealed record NetworkRecipe
{
    /// <summary>The features of each hidden layer, in the order in which they are passed.</summary>
    public IReadOnlyList<long> Hidden { get; init => field = Checked(value); } = [400];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The standard deviation of weights that begin near 0: a flow's last ones, so that it begins near the identity and all of it still learns from the first step on.</summary>
    internal const double SmallWeight = 0.01;

    /// <summary>Widths of layers, if all of them are at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal static IReadOnlyList<long> Checked(IReadOnlyList<long> hidden)
    {
        foreach (var width in hidden) Arguments.Positive(width, "hidden");
        return hidden;
    }

    /// <summary>Makes the network.</summary>
    public Mlp Build(Init init, long inputs, long outputs, Initializer? outputBias = null) => new(init, [inputs, .. Hidden, outputs], Activation, outputBias: outputBias);
}
