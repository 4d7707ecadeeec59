using Latent.Torch.Kernels;

namespace Latent.Torch;

/// <summary>Stochastic gradient descent with momentum: g ← g + λ p; u ← μ u + g; p ← p − η u.</summary>
public sealed unsafe class Sgd(ParameterSelection parameters) : Optimizer(parameters)
{
    private const string Velocity = "sgd-velocity";

    /// <summary>μ, in [0, 1); 0 keeps no velocity.</summary>
    public double Momentum { get; init; }

    /// <summary>λ, the pull of the parameters to zero.</summary>
    public double WeightDecay { get; init; }

    internal override void Update<T>(double learningRate, T* values, ReadOnlySpan<GradientSegment<T>> segments, double gradientScale, T* average)
    {
        var velocity = Momentum == 0 ? null : Parameters.Store.Companion(Velocity).Pointer<T>();
        FlatUpdate.Apply(new SgdRule<T>(velocity, learningRate, Momentum, WeightDecay), values, segments, gradientScale, average, AverageDecay, threads: Threads);
    }

    internal override void Update(double learningRate, Tensor parameter, Tensor gradient, Func<string, Tensor> companion)
    {
        gradient = gradient + parameter * WeightDecay;
        if (Momentum != 0)
        {
            var u = companion(Velocity);
            u.MulInPlace(Momentum);
            u.AddInPlace(gradient);
            gradient = u;
        }
        parameter.AddInPlace(gradient, -learningRate);
    }
}
