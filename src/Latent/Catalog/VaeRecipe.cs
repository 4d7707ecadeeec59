using Latent.Conditionals;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A variational autoencoder with fully connected networks.</summary>
public sealed record VaeRecipe : ModelRecipe
{
    /// <summary>D, the dimensions of z.</summary>
    public long Latent { get; init => field = Arguments.Positive(value, "latent"); } = 20;

    /// <summary>From x to the numbers that describe q(z|x).</summary>
    public NetworkRecipe Encoder { get; init; } = new();

    /// <summary>The form of q(z|x).</summary>
    public PosteriorRecipe Posterior { get; init; } = new DiagonalNormalRecipe();

    /// <summary>From z to the parameters of p(x|z).</summary>
    public NetworkRecipe Decoder { get; init; } = new();

    /// <summary>The prior p(z).</summary>
    public PriorRecipe Prior { get; init; } = new StandardNormalRecipe();

    /// <summary>p(x|z); null: Bernoulli for data with levels, normal for reals.</summary>
    public LikelihoodRecipe? Likelihood { get; init; }

    /// <inheritdoc/>
    public override LikelihoodKind LikelihoodKind => LikelihoodKind.LowerBound;

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.ManyDraws;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override bool IsConditional => false;

    /// <inheritdoc/>
    public override bool HasCode => true;

    /// <inheritdoc/>
    public override bool IsBinary(DataSummary data) => LikelihoodFor(data).IsBinary;

    /// <inheritdoc/>
    public override ModelRecipe Resolve(DataSummary data)
    {
        var likelihood = LikelihoodFor(data);
        likelihood.Check(data);
        return this with { Likelihood = likelihood };
    }

    /// <inheritdoc/>
    public override LatentVariableModel Build(Init init, DataSummary data)
    {
        var likelihood = LikelihoodFor(data);
        var observation = likelihood.Head(data);
        var encoder = Posterior.Build(init["encoder"], Encoder, data, Latent);
        var decoder = Decoder.Build(init["decoder"], Latent, observation.Outputs, likelihood.OutputBias(data));
        return new Vae(
            Prior.Build(init["prior"], [Latent]),
            encoder,
            new Parametric(decoder.Forward, observation));
    }

    private LikelihoodRecipe LikelihoodFor(DataSummary data) => Likelihood ?? LikelihoodRecipe.For(data);
}
