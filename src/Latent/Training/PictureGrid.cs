using Latent.Torch;

namespace Latent.Training;

/// <summary>Many pictures in one: samples, or originals above their reconstructions.</summary>
/// <remarks>
/// <para>Shapes: pictures [N, C, H, W] to one [H', W', C] with C = 1 (grey) or 3 (RGB). They fill rows from left to right, with lines of
/// 2 pixels of mid-grey around and between; a small picture is magnified by a whole factor to 56 pixels or more along its longer side.</para>
/// <para>Domain: 0 is black and 1 is full brightness; what lies outside is clipped, and NaN is black.</para>
/// </remarks>
public static class PictureGrid
{
    private const int Gap = 2;
    private const byte GapLevel = 128;
    private const int LeastLength = 56;

    /// <summary>Lays pictures out.</summary>
    /// <param name="pictures">The pictures, [N, C, H, W], of any floating-point type.</param>
    /// <param name="columns">Pictures in a row; as many as make the grid nearly square if null.</param>
    /// <returns>UInt8 [H', W', C].</returns>
    /// <exception cref="ArgumentException">The tensor holds no such pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is not at least one column.</exception>
    public static Tensor Of(Tensor pictures, int? columns = null)
    {
        if (!pictures.ElementType.IsFloatingPoint() || pictures.Shape is not [> 0, 1 or 3, > 0, > 0])
            throw Arguments.Misshapen(pictures, "[N, C = 1 or 3, H, W] with numbers in [0, 1]", "Divide levels by the highest, and give sequences or vectors an image's shape with Reshape.");
        var (count, channels, height, width) = ((int)pictures.Size(0), (int)pictures.Size(1), (int)pictures.Size(2), (int)pictures.Size(3));
        var across = Math.Min(count, (int)Arguments.Positive(columns ?? (int)Math.Ceiling(Math.Sqrt(count)), nameof(columns)));
        var down = (count + across - 1) / across;
        var factor = Math.Max(1, (LeastLength + Math.Max(height, width) - 1) / Math.Max(height, width));
        var (pitchY, pitchX) = (height * factor + Gap, width * factor + Gap);
        var (gridHeight, gridWidth) = (checked(down * pitchY + Gap), checked(across * pitchX + Gap));

        var values = Values(pictures);
        var grid = new byte[checked(gridHeight * gridWidth * channels)];
        Array.Fill(grid, GapLevel);
        for (var n = 0; n < count; n++)
        {
            var (top, left) = (n / across * pitchY + Gap, n % across * pitchX + Gap);
            for (var y = 0; y < height * factor; y++)
            {
                for (var x = 0; x < width * factor; x++)
                {
                    for (var c = 0; c < channels; c++)
                    {
                        grid[((top + y) * gridWidth + left + x) * channels + c] =
                            Level(values[((n * channels + c) * height + y / factor) * width + x / factor]);
                    }
                }
            }
        }
        return Tensor.From(grid, gridHeight, gridWidth, channels);
    }

    /// <summary>Lays pictures out and writes a PNG file; it appears whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="pictures">The pictures, [N, C, H, W].</param>
    /// <param name="columns">Pictures in a row; as many as make the grid nearly square if null.</param>
    /// <exception cref="ArgumentException">The tensor holds no such pictures.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Save(string path, Tensor pictures, int? columns = null)
    {
        using var scope = TensorScope.Open();
        var png = ImageFile.EncodePng(Of(pictures, columns));
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static float[] Values(Tensor pictures)
    {
        using var scope = TensorScope.Open();
        return pictures.Detach().To(ElementType.Float32).ToArray<float>();
    }

    private static byte Level(float brightness) => brightness > 0 ? (byte)(255 * Math.Min(brightness, 1) + 0.5f) : (byte)0;
}
