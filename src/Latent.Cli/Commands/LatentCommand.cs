using System.CommandLine;

namespace Latent.Cli.Commands;

/// <summary>A command of <c>latent</c>. Its help ends with examples that can be typed as they stand.</summary>
internal abstract class LatentCommand : Command
{
    protected LatentCommand(string name, string description) : base(name, description) =>
        SetAction(parsed => (int)Run(parsed, parsed.InvocationConfiguration.Output));

    /// <summary>Command lines with what each does.</summary>
    public abstract IReadOnlyList<(string CommandLine, string Purpose)> Examples { get; }

    /// <summary>What the help says between the options and the examples; empty where there is nothing more to say.</summary>
    public virtual string Remarks => "";

    /// <summary>Does the work; what a script may read goes to <paramref name="output"/>.</summary>
    protected abstract ExitCode Run(ParseResult arguments, TextWriter output);
}
