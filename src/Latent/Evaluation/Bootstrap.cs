using System.Numerics.Tensors;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>The sampling distribution of a mean, from means of as many values drawn with replacement.</summary>
/// <remarks>
/// <para>Source: Efron, Bootstrap methods (1979); the interval is the percentile one.</para>
/// <para>Deterministic: the same values give the same numbers.</para>
/// </remarks>
public static class Bootstrap
{
    private const int Resamples = 1000;

    /// <summary>Standard error and 95 % interval of the mean.</summary>
    /// <param name="values">At least one. Where one is infinite or NaN, the results are NaN.</param>
    public static (double StandardError, double Lower, double Upper) Mean(ReadOnlySpan<double> values)
    {
        Arguments.Positive(values.Length, nameof(values));
        var rng = new Rng(0).Fork("bootstrap");
        var means = new double[Resamples];
        var picks = new long[values.Length];
        for (var r = 0; r < Resamples; r++)
        {
            rng.Row(r).Integers(picks, 0, values.Length);
            var sum = 0.0;
            foreach (var pick in picks) sum += values[(int)pick];
            means[r] = sum / values.Length;
        }
        if (!means.All(double.IsFinite)) return (double.NaN, double.NaN, double.NaN);
        Array.Sort(means);
        return (TensorPrimitives.StdDev<double>(means), means[Resamples / 40 - 1], means[^(Resamples / 40)]);
    }
}
