using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Independent normal coordinates after a flow whose parameters the encoder gives as well.</summary>
/// <remarks>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), section 4.</remarks>
public sealed record FlowPosteriorRecipe : PosteriorRecipe
{
    /// <summary>The transforms of a layer, listed from z to the noise.</summary>
    public IReadOnlyList<TransformRecipe> Layer { get; init; } = [new PlanarRecipe()];

    /// <summary>How many such layers there are, each with parameters of its own.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 4;

    /// <summary>The features that the encoder gives to the transforms.</summary>
    public long Features { get; init => field = Arguments.Positive(value, "features"); } = 50;

    /// <inheritdoc/>
    public override Conditional Build(Init init, NetworkRecipe encoder, DataSummary data, long latent)
    {
        var head = Heads.DiagonalNormal(latent);
        var network = Network(init, encoder, data, head.Outputs + Features);
        var (transform, noise) = LayerStack.Build(LayerStack.Repeated(Layer, Layers), new(init["transforms"], [latent], Features), "model.posterior.layer");
        if (transform is null || noise is not [var size] || size != latent)
            throw new RecipeException("model.posterior.layer", $"A flow maps z of {latent} dimensions to noise of as many: give it at least one transform, and only such of vectors.");
        return new EncodedFlow(network, head, Features, transform);
    }
}
