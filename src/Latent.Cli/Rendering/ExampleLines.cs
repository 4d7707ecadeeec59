namespace Latent.Cli.Rendering;

/// <summary>Command lines with what each does.</summary>
internal static class ExampleLines
{
    private const int Gap = 2;

    /// <summary>Writes them side by side where all fit, else each above its purpose, so that none is folded and all can be copied.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="examples">The command lines.</param>
    /// <param name="width">The columns there are.</param>
    public static void Write(TextWriter output, IReadOnlyList<(string CommandLine, string Purpose)> examples, int width)
    {
        var column = examples.Max(e => e.CommandLine.Length) + Gap;
        var areWide = examples.Any(e => Gap + column + e.Purpose.Length > width);
        foreach (var (commandLine, purpose) in examples)
        {
            if (areWide)
            {
                output.WriteLine($"  {commandLine}");
                output.WriteLine($"      {purpose}");
            }
            else
            {
                output.WriteLine($"  {commandLine.PadRight(column)}{purpose}");
            }
        }
    }
}
