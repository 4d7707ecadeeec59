using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>A small picture to be shown.</summary>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Rgb">Red, green and blue of each pixel, row by row.</param>
internal sealed record Bitmap(int Height, int Width, byte[] Rgb)
{
    /// <summary>Whether the examples of a set are pictures: [H, W], or [C, H, W] with one channel or three.</summary>
    public static bool CanShow(Dataset data) => !data.IsSequence && data.EventShape is [_, _] or [1 or 3, _, _];

    /// <summary>The first examples of a set whose examples are pictures.</summary>
    /// <param name="data">The set.</param>
    /// <param name="most">How many, at most.</param>
    /// <param name="range">The least and the greatest value of the set.</param>
    public static Bitmap[] First(Dataset data, int most, (double Least, double Greatest) range) =>
        [.. Enumerable.Range(0, (int)Math.Min(most, data.Count)).Select(i => Of(data, i, range))];

    /// <summary>The first sequence of a set whose steps are vectors with levels: time to the right, coordinates upwards, those that are never 0 alone.</summary>
    public static Bitmap FirstSequence(Dataset data)
    {
        var (steps, width) = (data.Lengths![0], (int)data.EventShape.Elements);
        var values = data.Values.Bytes.Span;
        var (lowest, highest) = (width, -1);
        for (var i = 0; i < steps * width; i++)
        {
            if (values[i] != 0) (lowest, highest) = (Math.Min(lowest, i % width), Math.Max(highest, i % width));
        }
        var height = Math.Max(1, highest - lowest + 1);
        var greys = new double[height * steps];
        for (var y = 0; y <= highest - lowest; y++)
            for (var t = 0; t < steps; t++) greys[y * steps + t] = values[t * width + highest - y] / (data.Levels!.Value - 1.0);
        return Grey(height, steps, greys);
    }

    /// <summary>An example of a set whose examples are pictures; real values from the least of the set, black, to the greatest, white.</summary>
    /// <param name="data">The set.</param>
    /// <param name="example">Its number.</param>
    /// <param name="range">The least and the greatest value of the set.</param>
    public static Bitmap Of(Dataset data, long example, (double Least, double Greatest) range)
    {
        var (channels, height, width) = data.EventShape.Rank == 2
            ? (1, (int)data.EventShape[0], (int)data.EventShape[1])
            : ((int)data.EventShape[0], (int)data.EventShape[1], (int)data.EventShape[2]);
        var (area, first) = (height * width, checked((int)(example * channels * height * width)));
        var (black, white) = data.Levels is { } levels ? (0, levels - 1) : range;
        var rgb = new byte[3 * area];
        for (var i = 0; i < area; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var at = first + Math.Min(c, channels - 1) * area + i;
                var value = data.Levels is null ? data.Values.Values<float>()[at] : data.Values.Bytes.Span[at];
                rgb[3 * i + c] = Shade((value - black) / (white - black));
            }
        }
        return new(height, width, rgb);
    }

    /// <summary>A picture of greys in [0, 1].</summary>
    public static Bitmap Grey(int height, int width, ReadOnlySpan<double> greys)
    {
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = Shade(greys[i / 3]);
        return new(height, width, rgb);
    }

    /// <summary>The picture without what is right of a column.</summary>
    public Bitmap Cut(int width)
    {
        if (Width <= width) return this;
        var rgb = new byte[3 * Height * width];
        for (var y = 0; y < Height; y++) Rgb.AsSpan(3 * y * Width, 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
        return new(Height, width, rgb);
    }

    /// <summary>The picture made narrower, in its own proportions; itself where it fits.</summary>
    public Bitmap Within(int width)
    {
        if (Width <= width) return this;
        var height = Math.Max(1, Height * width / Width);
        return new(height, width, Resampling.Resize(Rgb, Height, Width, 3, height, width, ResizeFilter.Box));
    }

    private static byte Shade(double grey) => (byte)(255 * Math.Clamp(double.IsNaN(grey) ? 0 : grey, 0, 1) + 0.5);
}
