using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A coupling: some entries are moved by what a network says of the others.</summary>
public sealed record CouplingRecipe : TransformRecipe
{
    /// <summary>Which entries are kept.</summary>
    public CouplingPattern Mask { get; init; }

    /// <summary>Whether those are kept that the pattern would move; null: in every other coupling or autoregressive layer of the flow.</summary>
    public bool? Flipped { get; init; }

    /// <summary>How the others are moved.</summary>
    public TransformHeadRecipe Head { get; init; } = new AffineRecipe();

    /// <summary>The network.</summary>
    public ConditionerRecipe Conditioner { get; init; } = new MlpConditionerRecipe();

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Head.SamplingCost;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var (mask, head) = (MaskOf(place), Head.Build());
        if (Conditioner is MlpConditionerRecipe recipe && place.ContextFeatures == 0)
        {
            var perceptron = recipe.Network(place.Init, mask.Kept, head.Outputs * mask.Transformed[0], Head.OutputBias, contextFeatures: 0);
            return _ => new Coupling(mask, perceptron.Forward, head) { Perceptron = perceptron.Layers };
        }
        var network = Conditioner.Build(place.Init, mask.Kept, head.Outputs * mask.Transformed[0], Head.OutputBias, place.ContextFeatures);
        return context => new Coupling(mask, x => network(x, context), head, place.BatchShape(context).AsSpan());
    }

    private CouplingMask MaskOf(TransformPlace place)
    {
        if (Mask != CouplingPattern.Checkerboard && place.EventShape is [1, _, _])
            throw new RecipeException(LayerStack.Key, $"A coupling splits channels, and pictures {place.EventShape} have one: put 'squeeze' before it, or 'flatten', or take a model of pictures ('latent models' has real-nvp-images, glow).");
        try
        {
            return new(place.EventShape, Mask, Flipped ?? place.Number % 2 == 1);
        }
        catch (ArgumentException error)
        {
            throw new RecipeException(LayerStack.Key, error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal));
        }
    }
}
