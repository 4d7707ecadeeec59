using Latent.Torch;

namespace Latent.Training;

/// <summary>Points of the plane as a picture of their density: dark where there are many, dots where there are few.</summary>
/// <remarks>
/// <para>Shapes: points [N, 2] to one picture [S, S, 1]; the first coordinate runs to the right, the second upwards.</para>
/// <para>Each point is a small Gaussian dot. Darkness grows as the square root of the dots' density, so that single points stay visible
/// beside many, and is full at its 99th percentile over the points, so that one cluster does not hide the rest.</para>
/// <para>Domain: points outside the axes, and those with a NaN, are left out.</para>
/// </remarks>
public static class PointsPicture
{
    internal const byte Paper = 255;
    internal const byte FrameLevel = 128;
    private const int Frame = 2;
    private const double DotWidth = 1 / 320.0; // the dots' standard deviation, of the picture's edge

    /// <summary>Draws points.</summary>
    /// <param name="points">The points, [N, 2], of any floating-point type.</param>
    /// <param name="x">The first coordinate at the left and the right edge.</param>
    /// <param name="y">The second coordinate at the lower and the upper edge.</param>
    /// <param name="size">S, in pixels.</param>
    /// <returns>UInt8 [S, S, 1].</returns>
    /// <exception cref="ArgumentException">The tensor holds no such points, or an axis does not go from a number to a larger one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The picture is smaller than 32 or larger than 4096 pixels.</exception>
    public static Tensor Of(Tensor points, (double From, double To) x, (double From, double To) y, int size = 384)
    {
        if (!points.ElementType.IsFloatingPoint() || points.Shape is not [_, 2])
            throw Arguments.Misshapen(points, "[N, 2] with real numbers", "Pick two coordinates with points[.., 0..2].");
        CheckAxis(x, nameof(x));
        CheckAxis(y, nameof(y));
        if (size is < 32 or > 4096) throw new ArgumentOutOfRangeException(nameof(size), size, "A picture of points has 32 to 4096 pixels along an edge.");

        var inner = size - 2 * Frame;
        var places = Places(Values(points), x, y, inner);
        var density = new double[inner * inner];
        foreach (var (row, column) in places) Add(density, inner, row, column);
        var width = DotWidth * inner;
        density = BlurAlongColumns(BlurAlongColumns(density, inner, width), inner, width);
        var full = FullDarkness(density, inner, places);

        var picture = new byte[size * size];
        Array.Fill(picture, FrameLevel);
        for (var row = 0; row < inner; row++)
        {
            for (var column = 0; column < inner; column++)
            {
                var darkness = Math.Min(1, Math.Sqrt(density[row * inner + column] / full));
                picture[(row + Frame) * size + column + Frame] = (byte)Math.Round(Paper * (1 - darkness));
            }
        }
        return Tensor.From(picture, size, size, 1);
    }

    /// <summary>Draws points and writes a PNG file; it appears whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="points">The points, [N, 2].</param>
    /// <param name="x">The first coordinate at the left and the right edge.</param>
    /// <param name="y">The second coordinate at the lower and the upper edge.</param>
    /// <param name="size">The picture's edge in pixels.</param>
    /// <inheritdoc cref="Of" path="/exception"/>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Save(string path, Tensor points, (double From, double To) x, (double From, double To) y, int size = 384)
    {
        using var scope = TensorScope.Open();
        var png = ImageFile.EncodePng(Of(points, x, y, size));
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void CheckAxis((double From, double To) axis, string name)
    {
        if (!(axis.From < axis.To) || !double.IsFinite(axis.To - axis.From))
            throw new ArgumentException($"The axis {name} goes from {axis.From} to {axis.To}; let it go from a number to a larger one.", name);
    }

    private static double[] Values(Tensor points)
    {
        using var scope = TensorScope.Open();
        return points.Detach().To(ElementType.Float64).ToArray<double>();
    }

    /// <summary>The points within the axes, in pixels from the upper left corner.</summary>
    private static List<(double Row, double Column)> Places(double[] values, (double From, double To) x, (double From, double To) y, int size)
    {
        var places = new List<(double, double)>(values.Length / 2);
        for (var i = 0; i < values.Length; i += 2)
        {
            var right = (values[i] - x.From) / (x.To - x.From);
            var up = (values[i + 1] - y.From) / (y.To - y.From);
            if (right is >= 0 and <= 1 && up is >= 0 and <= 1) places.Add(((1 - up) * size, right * size));
        }
        return places;
    }

    /// <summary>Shares a point among the four pixels whose centres are around it.</summary>
    private static void Add(double[] density, int size, double row, double column)
    {
        var (top, left) = (Math.Floor(row - 0.5), Math.Floor(column - 0.5));
        var (below, beside) = (row - 0.5 - top, column - 0.5 - left);
        AddAt(top, left, (1 - below) * (1 - beside));
        AddAt(top, left + 1, (1 - below) * beside);
        AddAt(top + 1, left, below * (1 - beside));
        AddAt(top + 1, left + 1, below * beside);

        void AddAt(double r, double c, double share) =>
            density[(int)Math.Clamp(r, 0, size - 1) * size + (int)Math.Clamp(c, 0, size - 1)] += share;
    }

    /// <summary>Blurs by a Gaussian down the columns and turns rows into columns, so that twice blurs both ways and turns back.</summary>
    private static double[] BlurAlongColumns(double[] density, int size, double width)
    {
        var reach = (int)Math.Ceiling(3 * width);
        var weights = Array.ConvertAll(Enumerable.Range(-reach, 2 * reach + 1).ToArray(), d => Math.Exp(-0.5 * d * d / (width * width)));
        var blurred = new double[density.Length];
        for (var row = 0; row < size; row++)
        {
            for (var d = Math.Max(-reach, -row); d <= Math.Min(reach, size - 1 - row); d++)
            {
                var weight = weights[d + reach];
                for (var column = 0; column < size; column++) blurred[column * size + row] += weight * density[(row + d) * size + column];
            }
        }
        return blurred;
    }

    /// <summary>The density that is drawn black.</summary>
    private static double FullDarkness(double[] density, int size, List<(double Row, double Column)> places)
    {
        if (places.Count == 0) return 1;
        var atPoints = places.ConvertAll(p => density[Math.Min((int)p.Row, size - 1) * size + Math.Min((int)p.Column, size - 1)]);
        atPoints.Sort();
        return atPoints[(int)(0.99 * (atPoints.Count - 1))];
    }
}
