using Latent.Networks;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>An autoregressive layer: each coordinate is moved by what a masked network says of those before it.</summary>
public sealed record MaskedAutoregressiveRecipe : TransformRecipe
{
    /// <summary>The features of each hidden layer.</summary>
    public IReadOnlyList<long> Hidden { get; init => field = NetworkRecipe.Checked(value); } = [100, 100];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>In which order.</summary>
    public AutoregressiveOrder Order { get; init; }

    /// <summary>Whether there is also an affine path from the coordinates to the network's outputs.</summary>
    public bool Direct { get; init; }

    /// <summary>How a coordinate is moved.</summary>
    public TransformHeadRecipe Head { get; init; } = new AffineRecipe();

    /// <summary>Whether the network looks at the noise instead of the data (IAF): sampling is then one pass, and a density goes coordinate by coordinate.</summary>
    public bool Inverse { get; init; }

    /// <inheritdoc/>
    public override Cost DensityCost => Inverse ? Slow : Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Inverse ? Cost.OnePass : Slow;

    private static Cost Slow => Cost.PassPerCoordinate;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        if (place.EventShape is not [var size])
            throw new RecipeException(LayerStack.Key, $"An autoregressive layer goes through vectors, and events are {place.EventShape} there: flatten them first.");
        var (order, head) = (OrderOf(size, place), Head.Build());
        var network = new MaskedMlp(
            place.Init, [order], [.. Hidden], head.Outputs, Activation, place.ContextFeatures, Direct,
            outputWeight: Initializers.Normal(NetworkRecipe.SmallWeight), outputBias: Head.OutputBias);
        return context =>
        {
            var transform = new MaskedAutoregressive(
                x => network.Forward(x, context), order, head, place.BatchShape(context).AsSpan(), (batch, next) => network.Unroll(batch, next, context));
            return Inverse ? transform.Inverted : transform;
        };
    }

    private long[] OrderOf(long size, TransformPlace place)
    {
        var order = new long[size];
        if (Order == AutoregressiveOrder.Random)
        {
            place.Init.Choices("order").Permutation(order);
            return order;
        }
        var isReversed = Order == AutoregressiveOrder.Reversed || (Order == AutoregressiveOrder.Alternating && place.Number % 2 == 1);
        for (var i = 0; i < order.Length; i++) order[i] = isReversed ? size - 1 - i : i;
        return order;
    }
}
