using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Pairs of standard normal vectors whose coordinates are correlated one to one: y = ρ x + √(1 − ρ²) ε.
/// Their mutual information is I(x; y) = −D/2 log(1 − ρ²): the truth that estimators are compared with.
/// </summary>
/// <remarks>Source: Belghazi et al., "Mutual information neural estimation", 2018, section 4.1.</remarks>
public sealed record CorrelatedGaussians
{
    /// <summary>A choice of D and ρ.</summary>
    /// <param name="dimension">D, the coordinates of x and of y.</param>
    /// <param name="correlation">ρ in (−1, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public CorrelatedGaussians(int dimension, double correlation)
    {
        Dimension = (int)Arguments.Positive(dimension);
        Correlation = correlation is > -1 and < 1 ? correlation : throw new ArgumentOutOfRangeException(nameof(correlation), correlation, "A correlation lies between −1 and 1, both excluded.");
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>ρ.</summary>
    public double Correlation { get; }

    /// <summary>I(x; y), in nats.</summary>
    public double MutualInformation => -0.5 * Dimension * Math.Log(1 - Correlation * Correlation);

    /// <summary>The ρ that gives a mutual information.</summary>
    /// <param name="dimension">D.</param>
    /// <param name="mutualInformation">In nats, at least 0.</param>
    public static CorrelatedGaussians WithInformation(int dimension, double mutualInformation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mutualInformation);
        return new(dimension, Math.Sqrt(-Math.Exp(-2 * mutualInformation / dimension) + 1));
    }

    /// <summary>Independent pairs, Float32 [N, 2 D]: x, then y.</summary>
    public Dataset Make(long count, ulong seed = 0, string name = "correlated-gaussians")
    {
        var normals = new double[checked(2 * Dimension * Arguments.Positive(count))];
        new Rng(seed).Fork("correlated-gaussians").Normal(normals);
        var rest = Math.Sqrt(1 - Correlation * Correlation);
        var values = new float[normals.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(i % (2 * Dimension) < Dimension ? normals[i] : Correlation * normals[i - Dimension] + rest * normals[i]);
        return new(name, HostArray.From<float>(values, [count, 2 * Dimension]));
    }
}
