using Latent.Distributions;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>What convolutional networks of couplings have in common: they see pictures, and a context as further channels.</summary>
internal static class PictureConditioner
{
    /// <summary>The channels that the network sees, and height and width.</summary>
    /// <exception cref="RecipeException">Events are no pictures.</exception>
    public static (long Channels, Size2d Size) Sees(Shape kept, long contextFeatures) => kept is [var channels, var height, var width]
        ? (channels + contextFeatures, (height, width))
        : throw new RecipeException(LayerStack.Key, $"A convolutional network is for pictures [C, H, W], and a coupling sees events {kept} there: take a perceptron (mlp).");

    /// <summary>A network of pictures [*, C, H, W] and, if there is one, a context [*, features, H, W].</summary>
    public static Func<Tensor, Tensor?, Tensor> Of(Func<Tensor, Tensor> network, long contextFeatures) =>
        contextFeatures == 0 ? (x, _) => network(x) : (x, context) => network(Joined(x, context!));

    /// <summary>[*, C, H, W] and [*, features, H, W] → [*, C + features, H, W].</summary>
    private static Tensor Joined(Tensor x, Tensor context)
    {
        var leading = Broadcast.Shapes(x.Shape[..^3], context.Shape[..^3]);
        return Tensor.Cat([x.Expand([.. leading, .. x.Shape[^3..]]), context.Expand([.. leading, .. context.Shape[^3..]])], -3);
    }
}
