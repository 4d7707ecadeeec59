using MathNet.Numerics.Distributions;

namespace Latent.Torch.Tests.Random;

/// <summary>The probability of data at least as strange as those given, were the hypothesis true: uniform on [0, 1] then.</summary>
internal static class PValues
{
    /// <summary>
    /// Kolmogorov–Smirnov: the greatest distance between the empirical and the given distribution function
    /// (asymptotic, with the finite-sample factor of M. A. Stephens, 1970).
    /// </summary>
    public static double KolmogorovSmirnov(IEnumerable<double> sample, Func<double, double> distribution)
    {
        var sorted = sample.Order().ToArray();
        double n = sorted.Length;
        var distance = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var p = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max(p - i / n, (i + 1) / n - p));
        }
        var x = (Math.Sqrt(n) + 0.12 + 0.11 / Math.Sqrt(n)) * distance;
        var sum = 0.0;
        for (var k = 1; k <= 100; k++) sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        return x < 0.2 ? 1 : sum;   // the series needs more terms below, where nothing is strange
    }

    /// <summary>Pearson's chi-square: counts against their probabilities.</summary>
    public static double ChiSquare(IReadOnlyList<long> counts, IReadOnlyList<double> probabilities)
    {
        double n = counts.Sum();
        var statistic = counts.Zip(probabilities, (count, p) => Math.Pow(count - n * p, 2) / (n * p)).Sum();
        return 1 - ChiSquared.CDF(counts.Count - 1, statistic);
    }

    /// <summary>Pearson's chi-square: counts against equal probabilities.</summary>
    public static double ChiSquare(IReadOnlyList<long> counts) =>
        ChiSquare(counts, Enumerable.Repeat(1.0 / counts.Count, counts.Count).ToArray());

    /// <summary>Two-sided: a sum of n independent terms of known mean and variance, normal by the central limit theorem.</summary>
    public static double Sum(double sum, double n, double mean, double variance) =>
        2 * Normal.CDF(0, 1, -Math.Abs(sum - n * mean) / Math.Sqrt(n * variance));

    /// <summary>Two-sided: the number of successes among n, exact.</summary>
    public static double Successes(long count, int n, double p) =>
        Math.Min(1, 2 * Math.Min(Binomial.CDF(p, n, count), 1 - Binomial.CDF(p, n, count - 1)));
}
