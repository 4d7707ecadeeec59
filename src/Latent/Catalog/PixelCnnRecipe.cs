using Latent.Conditionals;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Masked convolutions in residual blocks: the PixelCNN, for pictures.</summary>
public sealed record PixelCnnRecipe : CausalNetworkRecipe
{
    /// <summary>Half the features of a pixel.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>How many residual blocks there are.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 7;

    /// <summary>The size of the first kernel, odd.</summary>
    public long Kernel { get; init => field = Arguments.Positive(value, "kernel"); } = 7;

    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data, Head head, Shape site, long classes, Initializer? outputBias)
    {
        RefuseClasses(classes);
        var network = new PixelCnn(init, Picture(data), head.Outputs, Channels, checked((int)Layers), site.Rank > 0, Kernel);
        return new Autoregressive((x, _) => network.Forward(x), head, data.EventShape, init.ElementType, init.Device)
        {
            Site = site,
            Order = network.Order,
            Sequence = (x, _) => network.Sequence(x),
        };
    }
}
