using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Three convolutions, as in Glow: <see cref="ConvNet"/>.</summary>
public sealed record ConvNetRecipe : ConditionerRecipe
{
    /// <summary>The channels between.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 64;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Build(Init init, Shape inputs, Shape outputs)
    {
        PictureSize(inputs);
        return new ConvNet(init, inputs[0], Channels, outputs[0]).Forward;
    }
}
