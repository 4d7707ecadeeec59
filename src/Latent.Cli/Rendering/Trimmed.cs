using Spectre.Console.Rendering;

namespace Latent.Cli.Rendering;

/// <summary>Something rendered without the blanks at the ends of its lines, which tables pad their cells with.</summary>
internal sealed class Trimmed(IRenderable inner) : Renderable
{
    protected override Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(inner.Render(options, maxWidth)))
        {
            var end = line.FindLastIndex(s => !s.IsWhiteSpace) + 1;
            for (var i = 0; i < end; i++) yield return i < end - 1 ? line[i] : new Segment(line[i].Text.TrimEnd(), line[i].Style);
            yield return Segment.LineBreak;
        }
    }
}
