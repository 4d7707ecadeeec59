using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Gated convolutions and attention, as in Flow++: <see cref="GatedAttentionNet"/>.</summary>
public sealed record GatedAttentionConditionerRecipe : ConditionerRecipe
{
    /// <summary>The channels of the blocks for each head.</summary>
    public long Channels { get; init => field = Arguments.Positive(value, "channels"); } = 8;

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; init => field = (int)Arguments.Positive(value, "blocks"); } = 2;

    /// <summary>The heads of the attention.</summary>
    public long Heads { get; init => field = Arguments.Positive(value, "heads"); } = 4;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, Tensor> Build(Init init, Shape kept, long outputs, Initializer outputBias, long contextFeatures)
    {
        var (inputs, size) = PictureConditioner.Sees(kept, contextFeatures);
        return PictureConditioner.Of(new GatedAttentionNet(init, inputs, Heads * Channels, outputs, size, Blocks, Heads, outputWeight: Initializers.Normal(NetworkRecipe.SmallWeight), outputBias: outputBias).Forward, contextFeatures);
    }
}
