using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Latent.Cli.Commands;

namespace Latent.Cli.Rendering;

/// <summary>The usual help, and below it the command's remarks and examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction usual = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var shown = parseResult.CommandResult.Command;
        if (shown is LatentCommand { Remarks.Length: > 0 } command)
        {
            output.WriteLine(command.Remarks);
            output.WriteLine();
        }
        output.WriteLine("Examples:");
        ExampleLines.Write(output, ExamplesOf(shown), Terminal.Width(output));
        return (int)ExitCode.Success;
    }

    /// <summary>A command's own examples; of a group, the first of each of its commands.</summary>
    public static IReadOnlyList<(string CommandLine, string Purpose)> ExamplesOf(Command command) =>
        command is LatentCommand one ? one.Examples : [.. command.Subcommands.Select(c => ExamplesOf(c)[0])];
}
