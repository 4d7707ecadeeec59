using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>Points of the plane as a picture: the more of them in a pixel, the whiter.</summary>
internal static class Scatter
{
    /// <summary>Whether the examples of a set are points of the plane.</summary>
    public static bool CanShow(Dataset data) => !data.IsSequence && data.Levels is null && data.EventShape is [2];

    /// <summary>Points within the rectangle around all of them, both axes to one scale, the second upwards.</summary>
    /// <param name="data">The set.</param>
    /// <param name="size">Pixels along the longer edge.</param>
    public static Bitmap Of(Dataset data, int size)
    {
        var points = data.Values.Values<float>();
        float left = float.MaxValue, right = float.MinValue, bottom = float.MaxValue, top = float.MinValue;
        for (var i = 0; i < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (bottom, top) = (Math.Min(bottom, points[i + 1]), Math.Max(top, points[i + 1]));
        }
        var pixel = Math.Max(Math.Max((double)right - left, (double)top - bottom), 1e-30) / size;
        var (width, height) = (Pixels((double)right - left), Pixels((double)top - bottom));
        var counts = new int[height * width];
        for (var i = 0; i < points.Length; i += 2)
        {
            var (x, y) = ((int)(((double)points[i] - left) / pixel), (int)(((double)points[i + 1] - bottom) / pixel));
            counts[(height - 1 - Math.Min(y, height - 1)) * width + Math.Min(x, width - 1)]++;
        }

        // Nine in ten of the pixels with points lie below full white, so that a few crowded ones do not darken the rest.
        var full = counts.Where(c => c > 0).Order().ToArray() is var crowded ? crowded[crowded.Length * 9 / 10] : 1;
        return Bitmap.Grey(height, width, Array.ConvertAll(counts, c => c == 0 ? 0 : 0.25 + 0.75 * Math.Min(1.0, (double)c / full)));

        int Pixels(double extent) => Math.Clamp((int)Math.Ceiling(extent / pixel), 1, size);
    }
}
