using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Residual blocks of convolutions, as in RealNVP: <see cref="ResNet"/>.</summary>
public sealed record ResNetRecipe : ConditionerRecipe
{
    /// <summary>The channels of the blocks.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; init => field = (int)Arguments.Positive(value, "blocks"); } = 2;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Build(Init init, Shape inputs, Shape outputs)
    {
        PictureSize(inputs);
        return new ResNet(init, inputs[0], Channels, outputs[0], Blocks).Forward;
    }
}
