using Latent.Torch;

namespace Latent.Catalog;

/// <summary><see cref="Adam"/>, or AdamW where the decay is decoupled.</summary>
public sealed record AdamRecipe : OptimizerRecipe
{
    /// <summary>β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ, the pull of the parameters to zero.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the decay shrinks the parameters directly, as in AdamW.</summary>
    public bool Decoupled { get; init; } = true;

    /// <inheritdoc/>
    public override Optimizer Build(ParameterSelection parameters, double clip, double average) => new Adam(parameters)
    {
        Beta1 = Beta1,
        Beta2 = Beta2,
        Epsilon = Epsilon,
        WeightDecay = WeightDecay,
        IsDecoupled = Decoupled,
        MaxGradientNorm = clip,
        AverageDecay = average,
    };
}
