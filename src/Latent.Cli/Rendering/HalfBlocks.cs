using Spectre.Console;
using Spectre.Console.Rendering;

namespace Latent.Cli.Rendering;

/// <summary>
/// Pictures of one size in a row, as many as fit, at least one: with 256 colours or more two pixels in each character, one above the other; elsewhere the
/// two as they are where a picture is black and white, else their mean as one of five shades.
/// </summary>
internal sealed class HalfBlocks(IReadOnlyList<Bitmap> pictures, int indent) : Renderable
{
    private const int Gap = 1;
    private const string Shades = " ░▒▓█";
    private const string Halves = " ▄▀█";

    /// <summary>The columns that are used where lines have no end.</summary>
    private const int Unfolded = 120;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var room = Math.Max(1, Math.Min(maxWidth, Unfolded) - indent);
        var first = pictures[0].Within(room);
        var shown = pictures.Take((room + Gap) / (first.Width + Gap)).Select(p => p.Within(room)).ToList();
        Func<Bitmap, int, int, Segment> cell =
            options.ColorSystem is ColorSystem.EightBit or ColorSystem.TrueColor ? InColour
            : shown.TrueForAll(p => !p.Rgb.AsSpan().ContainsAnyExcept((byte)0, (byte)255)) ? Halved
            : Shaded;
        for (var y = 0; y < shown.Max(p => p.Height); y += 2)
        {
            yield return Segment.Padding(indent);
            foreach (var picture in shown)
            {
                for (var x = 0; x < picture.Width; x++) yield return cell(picture, y, x);
                yield return Segment.Padding(Gap);
            }
            yield return Segment.LineBreak;
        }
    }

    private static Segment InColour(Bitmap picture, int y, int x) =>
        new("▀", new Style(At(picture, y, x), At(picture, y + 1, x)));

    private static Segment Halved(Bitmap picture, int y, int x)
    {
        int IsWhite(int row) => row < picture.Height && picture.Rgb[3 * (row * picture.Width + x)] > 0 ? 1 : 0;
        return new(Halves[2 * IsWhite(y) + IsWhite(y + 1)].ToString());
    }

    private static Segment Shaded(Bitmap picture, int y, int x)
    {
        int sum = 0, rows = 0;
        for (var i = y; i < Math.Min(y + 2, picture.Height); i++, rows++)
            for (var c = 0; c < 3; c++) sum += picture.Rgb[3 * (i * picture.Width + x) + c];
        return new(Shades[rows == 0 ? 0 : (sum * (Shades.Length - 1) + 382 * rows) / (765 * rows)].ToString());
    }

    private static Color At(Bitmap picture, int y, int x)
    {
        if (y >= picture.Height) return Color.Default;
        var rgb = picture.Rgb.AsSpan(3 * (y * picture.Width + x), 3);
        return new(rgb[0], rgb[1], rgb[2]);
    }
}
