using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A multilayer perceptron; pictures go through it as vectors. Its last layer begins with zeros.</summary>
public sealed record MlpRecipe : ConditionerRecipe
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
    } = [100, 100];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Build(Init init, Shape inputs, Shape outputs)
    {
        var network = new Mlp(init, [inputs.Elements, .. Hidden, outputs.Elements], Activation, outputWeight: Initializers.Zeros, outputBias: Initializers.Zeros);
        return inputs.Rank == 1 ? network.Forward : x => network.Forward(x.Flatten(-inputs.Rank)).Unflatten(-1, outputs);
    }
}
