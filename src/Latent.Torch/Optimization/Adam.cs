using Latent.Torch.Kernels;

namespace Latent.Torch;

/// <summary>
/// Adam: m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
/// </summary>
/// <remarks>Source: Kingma and Ba 2015, algorithm 1. With <see cref="IsDecoupled"/> it is AdamW (Loshchilov and Hutter 2019).</remarks>
public sealed unsafe class Adam(ParameterSelection parameters) : Optimizer(parameters)
{
    private const string FirstMoment = "adam-first-moment";
    private const string SecondMoment = "adam-second-moment";

    /// <summary>β₁, the decay of the gradient's mean, in [0, 1).</summary>
    public double Beta1
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Beta1 lies in [0, 1).");
    } = 0.9;

    /// <summary>β₂, the decay of the gradient's square, in [0, 1).</summary>
    public double Beta2
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Beta2 lies in [0, 1).");
    } = 0.999;

    /// <summary>ε, which keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ, the pull of the parameters to zero.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the decay shrinks the parameters directly (AdamW, p ← p − η λ p) instead of joining the gradient (g ← g + λ p).</summary>
    public bool IsDecoupled { get; init; }

    internal override void Update<T>(double learningRate, T* values, ReadOnlySpan<GradientSegment<T>> segments, double gradientScale, T* average)
    {
        var store = Parameters.Store;
        var rule = new AdamRule<T>(store.Companion(FirstMoment).Pointer<T>(), store.Companion(SecondMoment).Pointer<T>(), learningRate, Beta1, Beta2, Epsilon, WeightDecay, IsDecoupled, StepCount);
        FlatUpdate.Apply(rule, values, segments, gradientScale, average, AverageDecay, threads: Threads);
    }

    internal override void Update(double learningRate, Tensor parameter, Tensor gradient, Func<string, Tensor> companion)
    {
        var (m, v) = (companion(FirstMoment), companion(SecondMoment));
        if (!IsDecoupled) gradient = gradient + parameter * WeightDecay;
        else parameter.MulInPlace(1 - learningRate * WeightDecay);
        m.MulInPlace(Beta1);
        m.AddInPlace(gradient, 1 - Beta1);
        v.MulInPlace(Beta2);
        v.AddcmulInPlace(gradient, gradient, 1 - Beta2);
        var denominator = v.Sqrt() * (1 / Math.Sqrt(1 - Math.Pow(Beta2, StepCount))) + Epsilon;
        parameter.AddInPlace(m / denominator, -learningRate / (1 - Math.Pow(Beta1, StepCount)));
    }
}
