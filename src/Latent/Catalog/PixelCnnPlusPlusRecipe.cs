using Latent.Conditionals;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Gated residual blocks in two streams at several resolutions: PixelCNN++, for pictures.</summary>
public sealed record PixelCnnPlusPlusRecipe : CausalNetworkRecipe
{
    /// <summary>Features of a pixel in each stream.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>Residual blocks at each resolution, on the way down and on the way up.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 2;

    /// <summary>How many resolutions there are, each half of the one before.</summary>
    public long Resolutions { get; init => field = Arguments.Positive(value, "resolutions"); } = 3;

    /// <summary>The rate of dropout within blocks, in [0, 1).</summary>
    public double Dropout
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The rate of dropout lies in [0, 1).");
    } = 0.5;

    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data, Head head, Shape site, long classes, Initializer? outputBias)
    {
        RefuseClasses(classes);
        var picture = Picture(data);
        if (site.Rank == 0 && picture[0] > 1) throw new RecipeException("model.likelihood", "The network describes all colours of a pixel together: take model.likelihood.kind=pixelMixture.");
        if (picture[1..].AsSpan().ToArray().Any(size => size % (1L << (int)(Resolutions - 1)) != 0))
            throw new RecipeException("model.network.resolutions", $"Pictures {picture} cannot be halved {Resolutions - 1} times: take fewer resolutions.");
        var network = new PixelCnnPlusPlus(init, picture, head.Outputs, Channels, checked((int)Layers), checked((int)Resolutions), Dropout);
        return new Autoregressive((x, _) => network.Forward(x), head, data.EventShape, init.ElementType, init.Device)
        {
            Site = site,
            Sequence = (x, _) => network.Sequence(x),
        };
    }
}
