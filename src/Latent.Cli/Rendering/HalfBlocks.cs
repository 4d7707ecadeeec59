using Spectre.Console;
using Spectre.Console.Rendering;

namespace Latent.Cli.Rendering;

/// <summary>
/// Pictures of one size in a row, as many as fit, at least one: with 256 colours or more two pixels in each character, one above the other; elsewhere the
/// mean of the two as one of five shades.
/// </summary>
internal sealed class HalfBlocks(IReadOnlyList<Bitmap> pictures, int indent) : Renderable
{
    private const int Gap = 1;
    private const string Shades = " ░▒▓█";

    /// <summary>The columns that are used where lines have no end.</summary>
    private const int Unfolded = 120;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var room = Math.Max(1, Math.Min(maxWidth, Unfolded) - indent);
        var first = pictures[0].Within(room);
        var shown = pictures.Take((room + Gap) / (first.Width + Gap)).Select(p => p.Within(room)).ToList();
        var inColour = options.ColorSystem is ColorSystem.EightBit or ColorSystem.TrueColor;
        for (var y = 0; y < shown.Max(p => p.Height); y += 2)
        {
            yield return Segment.Padding(indent);
            foreach (var picture in shown)
            {
                for (var x = 0; x < picture.Width; x++) yield return inColour ? InColour(picture, y, x) : Shaded(picture, y, x);
                yield return Segment.Padding(Gap);
            }
            yield return Segment.LineBreak;
        }
    }

    private static Segment InColour(Bitmap picture, int y, int x) =>
        new("▀", new Style(At(picture, y, x), At(picture, y + 1, x)));

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
