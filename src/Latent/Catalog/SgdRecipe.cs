using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Gradient descent, with momentum if wanted: <see cref="Sgd"/>.</summary>
public sealed record SgdRecipe : OptimizerRecipe
{
    /// <summary>μ, how much of its velocity a step keeps.</summary>
    public double Momentum { get; init; }

    /// <summary>λ, the pull of the parameters to zero.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Build(ParameterSelection parameters, double clip, double average) =>
        new Sgd(parameters) { Momentum = Momentum, WeightDecay = WeightDecay, MaxGradientNorm = clip, AverageDecay = average };
}
