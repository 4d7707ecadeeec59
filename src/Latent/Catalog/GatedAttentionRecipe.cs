using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Gated convolutions and attention, as in Flow++: <see cref="GatedAttentionNet"/>.</summary>
public sealed record GatedAttentionRecipe : ConditionerRecipe
{
    /// <summary>The channels of the blocks, a multiple of the heads.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 32;

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; init => field = (int)Arguments.Positive(value, "blocks"); } = 2;

    /// <summary>The heads of the attention.</summary>
    public long Heads { get; init => field = Arguments.Positive(value, "heads"); } = 4;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Build(Init init, Shape inputs, Shape outputs)
    {
        if (Channels % Heads != 0) throw new RecipeException("model.layer", $"{Channels} channels do not divide into {Heads} heads: take a multiple.");
        return new GatedAttentionNet(init, inputs[0], Channels, outputs[0], PictureSize(inputs), Blocks, Heads).Forward;
    }
}
