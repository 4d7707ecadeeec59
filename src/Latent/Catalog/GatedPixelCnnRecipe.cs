using Latent.Conditionals;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Two stacks of gated convolutions, which see all pixels before: the gated PixelCNN, for pictures.</summary>
public sealed record GatedPixelCnnRecipe : CausalNetworkRecipe
{
    /// <summary>Features of a pixel in each stack.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>How many layers there are.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 7;

    /// <summary>The size of the first kernel, odd, at least 3; the others' is 3.</summary>
    public int Kernel { get; init => field = (int)Arguments.Positive(value, "kernel"); } = 7;

    /// <summary>Whether layers know the row and the column of a pixel, which helps where pictures are centred.</summary>
    public bool Positions { get; init; }

    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data, Head head, Shape site, long classes, Initializer? outputBias)
    {
        var network = new GatedPixelCnn(init, Picture(data), head.Outputs, Channels, checked((int)Layers), site.Rank > 0, classes, Kernel, Positions);
        var type = init.ElementType;
        Tensor? Context(Tensor? labels) => labels?.OneHot(classes).To(type);
        return new Autoregressive((x, labels) => network.Forward(x, Context(labels)), head, data.EventShape, type, init.Device)
        {
            Site = site,
            Order = network.Order,
            ContextRank = classes > 0 ? 0 : null,
            Sequence = (x, labels) => network.Sequence(x, Context(labels)),
        };
    }
}
