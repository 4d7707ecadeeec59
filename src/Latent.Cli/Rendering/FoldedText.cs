namespace Latent.Cli.Rendering;

/// <summary>Text folded between its words.</summary>
internal static class FoldedText
{
    /// <summary>The lines of a text; a word that is wider than a line stands on its own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The most columns of a line.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
