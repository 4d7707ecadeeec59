using Spectre.Console;
using Spectre.Console.Rendering;

namespace Latent.Cli.Rendering;

/// <summary>One line that goes on past the edge: a terminal folds it by itself and copies it as the one line that it is.</summary>
internal sealed class Unwrapped(int indent, string text, Style style) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [Segment.Padding(indent), new(text, style), Segment.LineBreak];
}
