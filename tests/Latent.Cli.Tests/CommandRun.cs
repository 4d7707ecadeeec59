namespace Latent.Cli.Tests;

/// <summary>A command line that was run inside this process, and what came of it.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    public static CommandRun Of(params IReadOnlyList<string> arguments)
    {
        using StringWriter output = new(), error = new();
        var code = LatentCommandLine.Run(arguments, output, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed without complaint, and gives what it wrote.</summary>
    public static string Succeeding(params IReadOnlyList<string> arguments)
    {
        var (code, output, error) = Of(arguments);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        return output;
    }
}
