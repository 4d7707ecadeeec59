using Latent.Torch.Tests.Random;
using MathNet.Numerics;

namespace Latent.Tests.Laws;

/// <summary>Tests whether samples follow a distribution, with one budget of false alarms for the whole table.</summary>
internal static class GoodnessOfFit
{
    /// <summary>The chance that right code fails anywhere in the table, had the seeds been drawn at random.</summary>
    private const double FalseAlarms = 2e-5;

    /// <summary>Fails if the chance of so large a deviation is below this test's share of the budget.</summary>
    public static void AssertPlausible(double pValue, int tests, string message) =>
        Assert.True(pValue > FalseAlarms / tests, $"{message}: p = {pValue:e2}");

    /// <summary>The Kolmogorov–Smirnov test, from the distribution function at the samples: uniform numbers, if right.</summary>
    public static double KolmogorovSmirnov(double[] distributionFunction) => PValues.KolmogorovSmirnov(distributionFunction, u => u);

    /// <summary>Pearson's χ² test; cells that expect fewer than ten are pooled, and if that is not enough tested by Poisson's law.</summary>
    public static double ChiSquare(long[] observed, double[] probabilities)
    {
        const double Least = 10;
        double n = observed.Sum();
        var cells = observed.Zip(probabilities).ToLookup(c => n * c.Second >= Least);
        var (counts, expected) = (cells[true].Select(c => c.First).ToList(), cells[true].Select(c => c.Second).ToList());
        var (pooled, rest) = (cells[false].Sum(c => c.First), cells[false].Sum(c => c.Second));
        var rare = 1.0;
        if (n * rest >= Least)
        {
            counts.Add(pooled);
            expected.Add(rest);
        }
        else if (pooled > 0) rare = rest > 0 ? SpecialFunctions.GammaLowerRegularized(pooled, n * rest) : 0;
        var common = counts.Count < 2 ? 1 : PValues.ChiSquare(counts, expected);
        return Math.Min(1, 2 * Math.Min(common, rare));
    }
}
