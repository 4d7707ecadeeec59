using MathNet.Numerics;

namespace Latent.Tests.Laws;

/// <summary>Tests whether samples follow a distribution, with one budget of false alarms for the whole table.</summary>
public static class GoodnessOfFit
{
    /// <summary>The chance that right code fails anywhere in the table, had the seeds been drawn at random.</summary>
    private const double FalseAlarms = 2e-5;

    /// <summary>Fails if the chance of so large a deviation is below this test's share of the budget.</summary>
    public static void AssertPlausible(double pValue, int tests, string message) =>
        Assert.True(pValue > FalseAlarms / tests, $"{message}: p = {pValue:e2}");

    /// <summary>The Kolmogorov–Smirnov test, from the distribution function at the sorted samples.</summary>
    public static double KolmogorovSmirnov(double[] distributionFunction)
    {
        var n = distributionFunction.Length;
        var deviation = 0.0;
        for (var i = 0; i < n; i++)
            deviation = Math.Max(deviation, Math.Max(distributionFunction[i] - (double)i / n, (i + 1.0) / n - distributionFunction[i]));
        var scaled = (Math.Sqrt(n) + 0.12 + 0.11 / Math.Sqrt(n)) * deviation;
        var p = 0.0;
        for (var k = 100; k >= 1; k--) p += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * scaled * scaled);
        return scaled < 0.2 ? 1 : Math.Clamp(p, 0, 1);
    }

    /// <summary>Pearson's χ² test; cells that expect fewer than ten are pooled, and if that is not enough tested by Poisson's law.</summary>
    public static double ChiSquare(double[] observed, double[] probabilities)
    {
        const double Least = 10;
        var n = observed.Sum();
        var (statistic, cells, pooled, expectedPooled, rare) = (0.0, 0, 0.0, 0.0, 1.0);
        for (var i = 0; i < observed.Length; i++)
        {
            var expected = n * probabilities[i];
            if (expected < Least)
            {
                (pooled, expectedPooled) = (pooled + observed[i], expectedPooled + expected);
                continue;
            }
            statistic += (observed[i] - expected) * (observed[i] - expected) / expected;
            cells++;
        }
        if (expectedPooled >= Least)
        {
            statistic += (pooled - expectedPooled) * (pooled - expectedPooled) / expectedPooled;
            cells++;
        }
        else if (pooled > 0) rare = expectedPooled > 0 ? SpecialFunctions.GammaLowerRegularized(pooled, expectedPooled) : 0;
        var common = cells < 2 ? 1 : SpecialFunctions.GammaUpperRegularized((cells - 1) / 2.0, statistic / 2);
        return Math.Min(1, 2 * Math.Min(common, rare));
    }
}
