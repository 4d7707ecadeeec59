namespace Latent.Evaluation;

/// <summary>Mean and sum of squared deviations of vectors that come in groups, merged in the groups' order.</summary>
/// <remarks>Source: Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).</remarks>
internal sealed class RunningVariance(int width)
{
    private readonly double[] mean = new double[width];
    private readonly double[] deviation = new double[width];
    private long count;

    /// <summary>Takes in vectors that lie one after the other.</summary>
    public static RunningVariance Of(ReadOnlySpan<double> vectors, int width)
    {
        var result = new RunningVariance(width) { count = vectors.Length / width };
        for (var i = 0; i < vectors.Length; i++) result.mean[i % width] += vectors[i] / result.count;
        for (var i = 0; i < vectors.Length; i++) result.deviation[i % width] += (vectors[i] - result.mean[i % width]) * (vectors[i] - result.mean[i % width]);
        return result;
    }

    /// <summary>Takes in those of another group.</summary>
    public void Merge(RunningVariance other)
    {
        var all = count + other.count;
        for (var j = 0; j < mean.Length; j++)
        {
            var shift = other.mean[j] - mean[j];
            mean[j] += shift * other.count / all;
            deviation[j] += other.deviation[j] + shift * shift * count * other.count / all;
        }
        count = all;
    }

    public IReadOnlyList<double> Mean => mean;

    /// <summary>The unbiased variance; 0 of a single vector.</summary>
    public IReadOnlyList<double> Variance => Array.ConvertAll(deviation, d => count > 1 ? d / (count - 1) : 0);
}
