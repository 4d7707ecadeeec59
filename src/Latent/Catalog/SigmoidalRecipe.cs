using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A monotone network of sigmoids, as in neural autoregressive flows.</summary>
public sealed record SigmoidalRecipe : TransformHeadRecipe
{
    /// <summary>The sigmoids (of each hidden layer).</summary>
    public long Units { get; init => field = Arguments.Positive(value, "units"); } = 16;

    /// <summary>Hidden layers of a dense network (DDSF); null: a single mixture of sigmoids (DSF).</summary>
    public long? Layers { get; init => field = value is { } layers ? Arguments.Positive(layers, "layers") : null; }

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.Search;

    /// <inheritdoc/>
    public override Initializer OutputBias => Initializers.Normal(0.5); // equal units would stay equal

    /// <inheritdoc/>
    public override TransformHead Build() => Layers is { } layers ? TransformHeads.DenseSigmoidalFlow(Units, layers) : TransformHeads.SigmoidalFlow(Units);
}
