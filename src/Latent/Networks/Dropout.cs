using Latent.Torch;

namespace Latent.Networks;

/// <summary>Noise that sets elements to zero and makes up for it in the others: y = x ∘ m / (1 − rate), m Bernoulli(1 − rate).</summary>
/// <remarks>
/// <para>Source: Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting.</para>
/// <para>Shapes: x [*] → y [*], each element dropped by itself.</para>
/// <para>Noise: that of the pass of training (<see cref="TrainingPass"/>); outside of one y = x.</para>
/// <para>Deviation: as everywhere today, scaled when training, so that nothing is to be done when evaluating.</para>
/// </remarks>
public sealed class Dropout
{
    private readonly double rate;

    /// <summary>A layer without parameters.</summary>
    /// <param name="rate">The probability of setting an element to zero, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate lies outside [0, 1).</exception>
    public Dropout(double rate)
    {
        if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate is the probability of setting an element to zero, in [0, 1); 0.1 drops a tenth.");
        this.rate = rate;
    }

    /// <summary>x with noise while a <see cref="TrainingPass"/> is open, else x itself.</summary>
    /// <param name="x">A tensor of a floating-point type.</param>
    public Tensor Forward(Tensor x)
    {
        if (TrainingPass.Current is not { } pass || rate == 0) return x;
        // Single precision for every type, so that all see the same noise and a narrow type does not round the rate.
        var isKept = pass.Uniform(x.Shape, x.Device) >= rate;
        return x * isKept.To(x.ElementType) / (1 - rate);
    }
}
