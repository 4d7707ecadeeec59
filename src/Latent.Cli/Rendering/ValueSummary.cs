using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>Values in numbers.</summary>
/// <param name="Column">The name of the coordinate; null for all values together.</param>
/// <param name="Least">The least.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, of the population.</param>
/// <param name="Zeros">The fraction that is 0.</param>
/// <param name="AreWhole">Whether all are whole numbers.</param>
internal sealed record ValueSummary(string? Column, double Least, double Greatest, double Mean, double Deviation, double Zeros, bool AreWhole)
{
    public static ValueSummary Of(Dataset data) => Of(null, data, 0, 1);

    public static IReadOnlyList<ValueSummary> OfColumns(Dataset data)
    {
        var width = (int)data.EventShape.Elements;
        return [.. Enumerable.Range(0, width).Select(c => Of(data.ColumnNames.Count == width ? data.ColumnNames[c] : $"column{c + 1}", data, c, width))];
    }

    private static ValueSummary Of(string? column, Dataset data, int first, int stride)
    {
        if (data.Levels is null) return Of(column, data.Values.Values<float>(), first, stride);
        var counts = new long[256];
        var levels = data.Values.Bytes.Span;
        for (var i = first; i < levels.Length; i += stride) counts[levels[i]]++;
        var mean = counts.Select((c, level) => (double)c * level).Sum() / counts.Sum();
        var variance = counts.Select((c, level) => c * (level - mean) * (level - mean)).Sum() / counts.Sum();
        return new(column, Array.FindIndex(counts, c => c > 0), Array.FindLastIndex(counts, c => c > 0), mean, Math.Sqrt(variance), (double)counts[0] / counts.Sum(), true);
    }

    private static ValueSummary Of(string? column, ReadOnlySpan<float> values, int first, int stride)
    {
        double least = double.MaxValue, greatest = double.MinValue, sum = 0, squares = 0;
        long count = 0, zeros = 0;
        var areWhole = true;
        for (var i = first; i < values.Length; i += stride)
        {
            double value = values[i];
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
            sum += value;
            count++;
            if (value == 0) zeros++;
            areWhole &= value == Math.Floor(value);
        }
        var mean = sum / count;
        for (var i = first; i < values.Length; i += stride) squares += (values[i] - mean) * (values[i] - mean);
        return new(column, least, greatest, mean, Math.Sqrt(squares / count), (double)zeros / count, areWhole);
    }
}
