using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Three convolutions, as in Glow: <see cref="ConvNet"/>.</summary>
public sealed record ConvNetConditionerRecipe : ConditionerRecipe
{
    /// <summary>The channels between.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 64;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, Tensor> Build(Init init, Shape kept, long outputs, Initializer outputBias, long contextFeatures)
    {
        var (inputs, _) = PictureConditioner.Sees(kept, contextFeatures);
        return PictureConditioner.Of(new ConvNet(init, inputs, Channels, outputs, outputWeight: Initializers.Normal(NetworkRecipe.SmallWeight), outputBias: outputBias).Forward, contextFeatures);
    }
}
