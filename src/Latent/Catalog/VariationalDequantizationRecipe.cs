using Latent.Conditionals;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Noise of a conditional flow, which learns the shape that the density has within the cells: u = σ(f(ε; h)), ε normal, both described by a network of x.</summary>
/// <remarks>Source: Ho et al., Flow++ (2019), section 3.1.</remarks>
public sealed record VariationalDequantizationRecipe : DequantizationRecipe
{
    /// <summary>The network of x; null: a perceptron for vectors, convolutions for pictures.</summary>
    public ConditionerRecipe? Network { get; init; }

    /// <summary>The transforms of a layer of f, from u to the noise; they keep the shape of x.</summary>
    public IReadOnlyList<TransformRecipe> Layer { get; init; } = [];

    /// <summary>How many such layers there are, each with parameters of its own.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 1;

    /// <summary>The features, of pictures channels, that the network gives to the transforms.</summary>
    public long Features { get; init => field = Arguments.Positive(value, "features"); } = 8;

    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data)
    {
        var (shape, rank) = (data.EventShape, data.EventShape.Rank);
        var features = Layer.Count == 0 ? 0 : Features;
        var (transform, noise) = LayerStack.Build(LayerStack.Repeated(Layer, Layers), new(init["transforms"], shape, features), "model.dequantization.layer");
        if (noise != shape)
            throw new RecipeException("model.dequantization.layer", $"The noise within the cells of events {shape} has their shape, and these transforms take it from {noise}: leave out what changes shapes.");
        var network = (Network ?? (rank == 1 ? new MlpConditionerRecipe() : new ConvNetConditionerRecipe()))
            .Build(init["network"], shape, 2 * shape[0] + features, Initializers.Zeros, 0);
        return new Dequantizer(data.Levels!.Value, rank, new EncodedFlow(
            x => network(x, null), Heads.Normal(shape), features,
            h => transform is null ? new Sigmoid() : transform(h).Then(new Sigmoid()), rank));
    }
}
