using Latent.Conditionals;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A normalizing flow: a density of noise and transforms, listed from the data to the noise, as papers draw them.</summary>
public sealed record FlowRecipe : ModelRecipe
{
    /// <summary>Transforms next to the data, once: they bring them to the form that the layers want.</summary>
    public IReadOnlyList<TransformRecipe> Preprocessing { get; init; } = [];

    /// <summary>The transforms of a layer.</summary>
    public IReadOnlyList<TransformRecipe> Layer { get; init; } = [];

    /// <summary>How many such layers there are, each with parameters of its own.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 1;

    /// <summary>The density of the noise.</summary>
    public PriorRecipe Base { get; init; } = new StandardNormalRecipe();

    /// <inheritdoc/>
    public override LikelihoodKind LikelihoodKind => LikelihoodKind.Exact;

    /// <inheritdoc/>
    public override Cost DensityCost => Preprocessing.Concat(Layer).Select(transform => transform.DensityCost).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override Cost SamplingCost => Preprocessing.Concat(Layer).Select(transform => transform.SamplingCost).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override bool IsConditional => false;

    /// <inheritdoc/>
    public override bool IsBinary(DataSummary data) => false;

    /// <inheritdoc/>
    public override ModelRecipe Resolve(DataSummary data) => this;

    /// <inheritdoc/>
    public override LatentVariableModel Build(Init init, DataSummary data)
    {
        var layers = Enumerable.Repeat(Layer, checked((int)Layers)).SelectMany(layer => layer);
        var (transform, noise) = LayerStack.Build(Preprocessing.Concat(layers), init["transforms"], data, data.EventShape);
        var density = Base.Build(init["base"], noise);
        return new Density(transform is null ? density : new Flow(density, transform));
    }
}
