using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Latent.Catalog;
using Latent.Cli.Commands;
using Latent.Cli.Rendering;
using Latent.Torch;

namespace Latent.Cli;

/// <summary>The command line <c>latent</c>: its commands, what it says about a wrong one, and how it fails.</summary>
internal static class LatentCommandLine
{
    /// <summary>The version of this program, with the commit it was built from where that is known: <c>0.1.0+7643181</c>.</summary>
    public static string Version { get; } = Shorten(typeof(LatentCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<Command> Commands() => 
    [
        new TrainCommand(), new EvalCommand(), new CompareCommand(), new SampleCommand(), new ReconstructCommand(), new InterpolateCommand(), new EncodeCommand(),
        new ScoreCommand(), new ModelsCommand(), new DataCommand(), new DoctorCommand(),
    ];

    /// <summary>Runs one command line; results go to <paramref name="output"/>, all that is said about them to <paramref name="error"/>.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error) => Run(Commands(), arguments, output, error);

    /// <inheritdoc cref="Run(IReadOnlyList{string}, TextWriter, TextWriter)"/>
    internal static ExitCode Run(IEnumerable<Command> commands, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Show the details of a failure (also: LATENT_VERBOSE=1).", Recursive = true };
        var latent = new Command("latent", "Deep latent variable models: define, train, measure and use them.")
        {
            new HelpOption("--help", "-h") { Description = "Show this help.", Action = new HelpWithExamples() },
            new VersionOption("--version") { Description = "Show the version.", Action = new VersionAction() },
            verbose,
        };
        foreach (var command in commands) latent.Add(command);

        var parsed = latent.Parse(arguments.Count > 0 ? arguments : ["--help"]);
        if (UsageError.In(parsed) is { } complaint)
        {
            error.WriteLine(complaint);
            return ExitCode.Usage;
        }
        try
        {
            return (ExitCode)parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception e)
        {
            return Explain(e, parsed.CommandResult.Command, parsed.GetValue(verbose) || Environment.GetEnvironmentVariable("LATENT_VERBOSE") == "1", error);
        }
    }

    private static ExitCode Explain(Exception e, Command command, bool verbose, TextWriter error)
    {
        var isProblem = IsProblem(e);
        error.WriteLine(isProblem ? DataChoices.Spelled(Bare(e), command) : $"latent failed: {e.Message}");
        if (verbose) error.WriteLine(e);
        else if (e is LibtorchNotFoundException) error.WriteLine("'latent doctor' says more.");
        else if (!isProblem) error.WriteLine("With --verbose it says where; that helps in a report.");
        return isProblem ? ExitCode.Problem : ExitCode.Fault;
    }

    /// <summary>
    /// Whether something outside the program is at fault, and the message tells the user what to do. Files and devices are outside,
    /// whoever complains of them. Of values and names Latent complains in words meant for the user; where the runtime does, nobody
    /// had thought of it, and that is a fault.
    /// </summary>
    private static bool IsProblem(Exception e) => e switch
    {
        LibtorchNotFoundException or IOException or UnauthorizedAccessException or RecipeException => true,
        _ when IsMemoryShort(e) => true,
        ArgumentException or FormatException or KeyNotFoundException or NotSupportedException => e.TargetSite?.Module.Assembly.GetName().Name?.Split('.')[0] == nameof(Latent),
        _ => false,
    };

    private static bool IsMemoryShort(Exception e) => e is OutOfMemoryException || e is TorchException && (e.Message.Contains("allocate memory", StringComparison.Ordinal) || e.Message.Contains("out of memory", StringComparison.Ordinal));

    /// <summary>The message without the parameter's name and value, which .NET adds for programmers.</summary>
    private static string Bare(Exception e) => e switch
    {
        _ when IsMemoryShort(e) => "There is not enough memory for this: take a smaller model, smaller batches, or less at once. --verbose says what was asked for.",
        ArgumentException { ParamName: { } name } => e.Message.Split($" (Parameter '{name}')")[0],
        UnauthorizedAccessException => $"{e.Message} Choose a place where you may read and write, or change its permissions.",
        _ => e.Message,
    };

    private static string Shorten(string version) => version.Split('+') is [var number, { Length: > 7 } commit] ? $"{number}+{commit[..7]}" : version;

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"latent {Version}");
            return (int)ExitCode.Success;
        }
    }
}
