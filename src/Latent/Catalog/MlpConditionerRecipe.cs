using Latent.Distributions;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A multilayer perceptron, for vectors.</summary>
public sealed record MlpConditionerRecipe : ConditionerRecipe
{
    /// <summary>The features of each hidden layer.</summary>
    public IReadOnlyList<long> Hidden { get; init => field = NetworkRecipe.Checked(value); } = [100, 100];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, Tensor> Build(Init init, Shape kept, long outputs, Initializer outputBias, long contextFeatures)
    {
        if (kept is not [var inputs])
            throw new RecipeException(LayerStack.Key, $"A perceptron conditions vectors, and a coupling sees events {kept} there: flatten them, or take a convolutional conditioner.");
        var network = new Mlp(init, [inputs + contextFeatures, .. Hidden, outputs], Activation, outputWeight: Initializers.Normal(NetworkRecipe.SmallWeight), outputBias: outputBias);
        return contextFeatures == 0 ? (x, _) => network.Forward(x) : (x, context) => network.Forward(Joined(x, context!));
    }

    /// <summary>[*, k] and [*, features] → [*, k + features].</summary>
    private static Tensor Joined(Tensor x, Tensor context)
    {
        var leading = Broadcast.Shapes(x.Shape[..^1], context.Shape[..^1]);
        return Tensor.Cat([x.Expand([.. leading, x.Size(-1)]), context.Expand([.. leading, context.Size(-1)])], -1);
    }
}
