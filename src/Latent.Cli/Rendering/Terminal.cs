using Spectre.Console;

namespace Latent.Cli.Rendering;

/// <summary>Opens a writer for tables and colours.</summary>
internal static class Terminal
{
    // Far beyond any line: a redirected table is not wrapped, so that commands in it can be copied and lines searched.
    private const int Unbounded = 100_000;
    private const int Usual = 80;

    /// <summary>On a terminal with its width, and colours unless <c>NO_COLOR</c> is set or <c>TERM</c> is <c>dumb</c>; elsewhere plain text in lines of any length.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var isTerminal = Is(writer);
        var inColour = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var console = AnsiConsole.Create(new()
        {
            Ansi = inColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = inColour ? Colours() : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width(writer);
        return console;
    }

    /// <summary>Whether a writer writes to a terminal.</summary>
    public static bool Is(TextWriter writer) =>
        ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected || ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Whether lines on a terminal can be written over.</summary>
    public static bool IsLive(TextWriter writer) => Is(writer) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>The columns of a line; the usual ones where a terminal does not know.</summary>
    public static int Width(TextWriter writer) => !Is(writer) ? Unbounded : Console.WindowWidth > 0 ? Console.WindowWidth : Usual;

    private static ColorSystemSupport Colours() =>
        Environment.GetEnvironmentVariable("COLORTERM") is "truecolor" or "24bit" ? ColorSystemSupport.TrueColor
        : Environment.GetEnvironmentVariable("TERM")?.Contains("256color", StringComparison.Ordinal) == true ? ColorSystemSupport.EightBit
        : ColorSystemSupport.Standard;
}
