using System.Numerics.Tensors;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// z = (x − μ) / σ per coordinate, with the mean and the standard deviation of a training set.
/// Densities change by its log-determinant: log p(x) = log p(z) + log |dz/dx|, log |dz/dx| = −Σ log σ.
/// </summary>
/// <remarks>
/// <para>Units: nats. A change of the units of x by a factor c moves log p(x) by −log c per coordinate, and nothing else.</para>
/// <para>Numerics: two passes in double precision. A coordinate that is constant in the training set has σ = 1.</para>
/// </remarks>
public sealed class Standardization
{
    private readonly double[] mean;
    private readonly double[] scale;

    /// <summary>A transform with known parameters, as recorded with a run.</summary>
    /// <param name="mean">μ, finite.</param>
    /// <param name="scale">σ, finite and above 0; as many.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is out of range.</exception>
    public Standardization(ReadOnlySpan<double> mean, ReadOnlySpan<double> scale)
    {
        if (mean.Length != scale.Length) throw new ArgumentException($"{mean.Length} means do not go with {scale.Length} scales: give one of each per coordinate.", nameof(scale));
        foreach (var m in mean)
            if (!double.IsFinite(m)) throw new ArgumentException($"The mean {m} is not finite.", nameof(mean));
        foreach (var s in scale) Arguments.Positive(s, nameof(scale));
        this.mean = mean.ToArray();
        this.scale = scale.ToArray();
    }

    /// <summary>μ, one per coordinate.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>σ, one per coordinate.</summary>
    public ReadOnlySpan<double> Scale => scale;

    /// <summary>log |dz/dx| = −Σ log σ, in nats: add it to log p(z) to get log p(x).</summary>
    public double LogDet => -scale.Sum(Math.Log);

    /// <summary>The mean and the standard deviation (of the population) of the examples.</summary>
    /// <param name="data">Real values; fit on the training set alone, or the test set leaks into the model.</param>
    /// <exception cref="ArgumentException">The data are not real-valued, are sequences, or empty.</exception>
    public static Standardization Fit(Dataset data)
    {
        CheckReal(data);
        if (data.Count == 0) throw new ArgumentException($"{data.Name} has no examples, hence no mean.", nameof(data));
        var width = checked((int)data.EventShape.Elements);
        var values = data.Values.Values<float>();
        var mean = new double[width];
        var scale = new double[width];
        var row = new double[width];
        for (var at = 0; at < values.Length; at += width)
        {
            TensorPrimitives.ConvertChecked(values.Slice(at, width), row);
            TensorPrimitives.Add(mean, row, mean);
        }
        TensorPrimitives.Divide(mean, data.Count, mean);
        for (var at = 0; at < values.Length; at += width)
        {
            TensorPrimitives.ConvertChecked(values.Slice(at, width), row);
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.MultiplyAdd(row, row, scale, scale);
        }
        for (var i = 0; i < width; i++)
        {
            scale[i] = Math.Sqrt(scale[i] / data.Count);
            if (!(scale[i] > 1e-12 * Math.Abs(mean[i]))) scale[i] = 1;   // constant, up to the rounding of its mean
        }
        return new(mean, scale);
    }

    /// <summary>z for each example.</summary>
    /// <exception cref="ArgumentException">The data are not real-valued, are sequences, or have another number of coordinates.</exception>
    public Dataset Apply(Dataset data)
    {
        CheckReal(data);
        if (data.EventShape.Elements != mean.Length)
            throw new ArgumentException($"{data.Name} has {data.EventShape.Elements} coordinates per example, and the standardisation {mean.Length}: use the one that was fitted on the same columns.", nameof(data));
        var values = data.Values.Values<float>();
        var result = new float[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var c = i % mean.Length;
            result[i] = (float)((values[i] - mean[c]) / scale[c]);
        }
        return data.WithValues(HostArray.From<float>(result, data.Values.Shape), levels: null, data.Preprocessing with { Standardize = true });
    }

    private static void CheckReal(Dataset data)
    {
        if (data.Levels is not null || data.IsSequence)
            throw new ArgumentException($"{data.Name} holds {data.Description}; only real-valued examples of one size are standardised. Leave standardisation out.", nameof(data));
    }
}
