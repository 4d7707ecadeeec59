using Latent.Torch;

namespace Latent.Cli.Rendering;

/// <summary>Pictures of one size as a PNG file, in rows.</summary>
internal static class PictureSheet
{
    private const int Gap = 2;

    /// <summary>Writes a file; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pictures">The pictures, of one size, at least one.</param>
    /// <param name="perRow">How many stand in a row.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Bitmap> pictures, int perRow)
    {
        var (height, width) = (pictures[0].Height, pictures[0].Width);
        var columns = Math.Min(perRow, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var (sheetHeight, sheetWidth) = (rows * (height + Gap) - Gap, columns * (width + Gap) - Gap);
        var sheet = new byte[3 * sheetHeight * sheetWidth];
        for (var i = 0; i < pictures.Count; i++)
        {
            var (top, left) = (i / columns * (height + Gap), i % columns * (width + Gap));
            for (var y = 0; y < height; y++) pictures[i].Rgb.AsSpan(3 * y * width, 3 * width).CopyTo(sheet.AsSpan(3 * ((top + y) * sheetWidth + left)));
        }
        using var scope = TensorScope.Open();
        var png = ImageFile.EncodePng(Tensor.From(sheet, sheetHeight, sheetWidth, 3));
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
