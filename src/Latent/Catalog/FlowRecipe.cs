using Latent.Conditionals;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A normalizing flow: a density of noise and transforms, listed from the data to the noise, as papers draw them.</summary>
public sealed record FlowRecipe : ModelRecipe
{
    /// <summary>The noise that makes levels real; null: uniform for data with levels, none for reals.</summary>
    public DequantizationRecipe? Dequantization { get; init; }

    /// <summary>Transforms next to the data, once: they bring them to the form that the layers want.</summary>
    public IReadOnlyList<TransformRecipe> Preprocessing { get; init; } = [];

    /// <summary>The transforms of a layer.</summary>
    public IReadOnlyList<TransformRecipe> Layer { get; init; } = [];

    /// <summary>How many such layers there are, each with parameters of its own.</summary>
    public long Layers { get; init => field = Arguments.Positive(value, "layers"); } = 1;

    /// <summary>The density of the noise.</summary>
    public PriorRecipe Base { get; init; } = new StandardNormalRecipe();

    /// <summary>Whether statistics of batches couple the examples of a loss.</summary>
    internal bool HasBatchNorm => Has(Preprocessing) || Has(Layer);

    /// <inheritdoc/>
    public override LikelihoodKind LikelihoodKind => Dequantization is null ? LikelihoodKind.Exact : LikelihoodKind.LowerBound;

    /// <inheritdoc/>
    public override Cost DensityCost => Dequantization is null ? LayerStack.DensityCost(Preprocessing.Concat(Layer)) : Cost.ManyDraws;

    /// <inheritdoc/>
    public override Cost SamplingCost => LayerStack.SamplingCost(Preprocessing.Concat(Layer));

    /// <inheritdoc/>
    public override bool IsConditional => false;

    /// <inheritdoc/>
    public override bool HasCode => false;

    /// <inheritdoc/>
    public override bool IsBinary(DataSummary data) => false;

    /// <inheritdoc/>
    public override ModelRecipe Resolve(DataSummary data)
    {
        if (Dequantization is not null && data.Levels is null)
            throw new RecipeException("model.dequantization", "Noise is added to levels, and these data are reals: leave it out.");
        return this with { Dequantization = Dequantization ?? (data.Levels is null ? null : new UniformDequantizationRecipe()) };
    }

    /// <inheritdoc/>
    public override LatentVariableModel Build(Init init, DataSummary data)
    {
        var (transform, noise) = LayerStack.Build(Preprocessing.Concat(LayerStack.Repeated(Layer, Layers)), new(init["transforms"], data.EventShape), LayerStack.Key);
        using (TensorScope.Open())
            if (transform is not null && !transform(null).HasInverse)
                throw new RecipeException(LayerStack.Key, "A density needs the way from the data to the noise, which one of the transforms has not: take others, or such a flow for a posterior (model.posterior of a VAE).");
        var noiseDensity = Base.Build(init["base"], noise);
        Conditional density = transform is null ? noiseDensity : new Flow(noiseDensity, transform);
        return Dequantization is { } dequantization ? new Dequantized(density, dequantization.Build(init["dequantization"], data), data.Levels!.Value) : new Density(density);
    }

    private static bool Has(IReadOnlyList<TransformRecipe> transforms) => transforms.Any(transform => transform switch
    {
        BatchNormRecipe => true,
        RepeatRecipe repeat => Has(repeat.Layer),
        MultiscaleRecipe multiscale => Has(multiscale.Scale),
        _ => false,
    });
}
