using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>An autoregressive model, p(x) = Π p(x_i | those before): a causal network and the likelihood of each element.</summary>
public sealed record AutoregressiveRecipe : ModelRecipe
{
    /// <summary>From the elements before to the parameters of p(x_i | those before).</summary>
    public required CausalNetworkRecipe Network { get; init; }

    /// <summary>p(x_i | those before); null: Bernoulli for data with levels, normal for reals.</summary>
    public LikelihoodRecipe? Likelihood { get; init; }

    /// <summary>Whether it is a model of x given the example's class.</summary>
    public bool Conditional { get; init; }

    /// <inheritdoc/>
    public override LikelihoodKind LikelihoodKind => LikelihoodKind.Exact;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.PassPerCoordinate;

    /// <inheritdoc/>
    public override bool IsConditional => Conditional;

    /// <inheritdoc/>
    public override bool HasCode => false;

    /// <inheritdoc/>
    public override bool IsBinary(DataSummary data) => LikelihoodFor(data).IsBinary;

    /// <inheritdoc/>
    public override ModelRecipe Resolve(DataSummary data)
    {
        var likelihood = LikelihoodFor(data);
        likelihood.Check(data);
        if (Conditional && data.Classes is null) throw new RecipeException("model.conditional", "The model depends on classes, and the data have none: take data with classes (of a table, say which column with data.label), or leave it out.");
        return this with { Likelihood = likelihood };
    }

    /// <inheritdoc/>
    public override LatentVariableModel Build(Init init, DataSummary data)
    {
        var likelihood = LikelihoodFor(data);
        Shape site = likelihood is PixelMixtureRecipe ? data.EventShape[..1] : [];
        return new Density(Network.Build(init, data, likelihood.Head(data with { EventShape = site }), site, Conditional ? data.Classes!.Value : 0, likelihood.OutputBias(data)));
    }

    private LikelihoodRecipe LikelihoodFor(DataSummary data) => Likelihood ?? LikelihoodRecipe.For(data);
}
