namespace Latent.Evaluation;

/// <summary>Σ w and Σ w² of weights given one after the other by their logarithms, scaled by the largest so far.</summary>
internal struct WeightSum()
{
    private double largest = double.NegativeInfinity;
    private double sum;
    private double squares;
    private long count;

    public void Add(double logWeight)
    {
        count++;
        if (logWeight == double.NegativeInfinity) return;
        if (!(logWeight <= largest)) // a NaN stays
        {
            var shrink = Math.Exp(largest - logWeight);
            (sum, squares, largest) = (sum * shrink, squares * shrink * shrink, logWeight);
        }
        var weight = Math.Exp(logWeight - largest);
        sum += weight;
        squares += weight * weight;
    }

    /// <summary>log 1/K Σ w.</summary>
    public readonly double LogMean => largest + Math.Log(sum / count);

    /// <summary>(Σ w)² / Σ w², from 1 to K; 0 if all weights are.</summary>
    public readonly double EffectiveSampleSize => sum == 0 ? 0 : sum * sum / squares;
}
