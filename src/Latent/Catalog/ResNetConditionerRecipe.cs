using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Residual blocks of convolutions, as in RealNVP: <see cref="ResNet"/>.</summary>
public sealed record ResNetConditionerRecipe : ConditionerRecipe
{
    /// <summary>The channels of the blocks.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; init => field = (int)Arguments.Positive(value, "blocks"); } = 2;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, Tensor> Build(Init init, Shape kept, long outputs, Initializer outputBias, long contextFeatures)
    {
        var (inputs, _) = PictureConditioner.Sees(kept, contextFeatures);
        return PictureConditioner.Of(new ResNet(init, inputs, Channels, outputs, Blocks, outputWeight: Initializers.Normal(NetworkRecipe.SmallWeight), outputBias: outputBias).Forward, contextFeatures);
    }
}
