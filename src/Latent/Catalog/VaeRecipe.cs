using Latent.Conditionals;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A variational autoencoder with fully connected networks and a diagonal Gaussian posterior.</summary>
public sealed record VaeRecipe : ModelRecipe
{
    /// <summary>D, the dimensions of z.</summary>
    public long Latent { get; init => field = Arguments.Positive(value, "latent"); } = 20;

    /// <summary>From x to the mean and the log-variance of q(z|x).</summary>
    public NetworkRecipe Encoder { get; init; } = new();

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
        var (posterior, observation) = (Heads.DiagonalNormal(Latent), likelihood.Head(data));
        var encoder = Encoder.Build(init["encoder"], data.EventShape.Elements, posterior.Outputs);
        var decoder = Decoder.Build(init["decoder"], Latent, observation.Outputs, likelihood.OutputBias(data));
        var axes = data.EventShape.Rank;
        return new Vae(
            Prior.Build(init["prior"], [Latent]),
            new Parametric(x => encoder.Forward(axes == 1 ? x : x.Flatten(-axes)), posterior),
            new Parametric(decoder.Forward, observation));
    }

    private LikelihoodRecipe LikelihoodFor(DataSummary data) => Likelihood ?? (data.Levels is null ? new NormalRecipe() : new BernoulliRecipe());
}
