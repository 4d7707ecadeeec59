using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Latent.Cli.Commands;
using Latent.Cli.Rendering;
using Latent.Torch;

namespace Latent.Cli.Tests;

/// <summary>The command line as a whole, run inside this process.</summary>
public sealed class CommandLineTests
{
    private static (ExitCode Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        return (LatentCommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }

    private static (ExitCode Code, string Output, string Error) RunFailing(Exception failure, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        return (LatentCommandLine.Run([new FailingCommand(failure)], arguments, output, error), output.ToString(), error.ToString());
    }

    private sealed class FailingCommand(Exception failure) : LatentCommand("fail", "Fails.")
    {
        public override IReadOnlyList<(string CommandLine, string Purpose)> Examples => [("latent fail", "fail")];

        protected override ExitCode Run(ParseResult arguments, TextWriter output) => throw failure;
    }

    [Fact]
    public void The_version_is_one_line()
    {
        var (code, output, error) = Run("--version");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Matches(@"^latent \d+\.\d+\.\d+(\+[0-9a-f]{7})?\n$", output);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public void The_help_lists_every_command_with_an_example(params string[] arguments)
    {
        var (code, output, error) = Run(arguments);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("latent [command] [options]", output, StringComparison.Ordinal);
        Assert.All(LatentCommandLine.Commands(), c =>
        {
            Assert.Matches($"\n  {c.Name}( <[^>]+>)? +{Regex.Escape(c.Description!)}", output);
            Assert.Contains($"\n  {HelpWithExamples.ExamplesOf(c)[0].CommandLine}  ", output, StringComparison.Ordinal);
        });
    }

    public static TheoryData<string> CommandNames => [.. LatentCommandLine.Commands().SelectMany(c => c.Subcommands.Select(s => $"{c.Name} {s.Name}").Prepend(c.Name))];

    private static Command Find(string name) =>
        name.Split(' ').Aggregate((Command?)null, (group, word) => (group is null ? LatentCommandLine.Commands() : (IEnumerable<Command>)group.Subcommands).Single(c => c.Name == word))!;

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void A_commands_help_ends_with_its_examples(string name)
    {
        var (code, output, _) = Run([.. name.Split(' '), "--help"]);

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains($"latent {name} ", output, StringComparison.Ordinal);
        Assert.EndsWith(HelpWithExamples.ExamplesOf(Find(name))[^1].Purpose + "\n", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), l => Assert.True(l.Length <= 100, l));
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_example_can_be_typed(string name) => Assert.All(HelpWithExamples.ExamplesOf(Find(name)), e =>
    {
        var words = e.CommandLine.Split('|', '>')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("latent", words[0]);
        Assert.StartsWith($"{name} ", string.Join(' ', words[1..]) + " ", StringComparison.Ordinal);
        Assert.Empty(Find(words[1]).Parse(words[2..]).Errors);
    });

    [Theory]
    [InlineData("'docter' is no command of 'latent'. Did you mean 'doctor'? See 'latent --help'.", "docter")]
    [InlineData("'doc' is no command of 'latent'. Did you mean 'doctor'? See 'latent --help'.", "doc", "--json")]
    [InlineData("'brew' is no command of 'latent'. See 'latent --help'.", "brew")]
    [InlineData("'--vresion' is no option of 'latent'. Did you mean '--version'? See 'latent --help'.", "--vresion")]
    [InlineData("'--jsn' is no option of 'latent doctor'. Did you mean '--json'? See 'latent doctor --help'.", "doctor", "--jsn")]
    [InlineData("'--verbos' is no option of 'latent doctor'. Did you mean '--verbose'? See 'latent doctor --help'.", "doctor", "--verbos")]
    [InlineData("'now' is not taken by 'latent doctor'. See 'latent doctor --help'.", "doctor", "now")]
    [InlineData("Required argument missing for option: '--data-root'. See 'latent doctor --help'.", "doctor", "--data-root")]
    [InlineData("A command is missing. See 'latent --help'.", "--verbose")]
    [InlineData("A command is missing. See 'latent data --help'.", "data")]
    [InlineData("'lst' is no command of 'latent data'. Did you mean 'list'? See 'latent data --help'.", "data", "lst")]
    [InlineData("'--jsn' is no option of 'latent data list'. Did you mean '--json'? See 'latent data list --help'.", "data", "list", "--jsn")]
    [InlineData("'--verbos' is no option of 'latent data list'. Did you mean '--verbose'? See 'latent data list --help'.", "data", "list", "--verbos")]
    [InlineData("'now' is not taken by 'latent data list'. See 'latent data list --help'.", "data", "list", "now")]
    public void A_wrong_line_is_told_in_one_sentence(string sentence, params string[] arguments) =>
        Assert.Equal((ExitCode.Usage, "", sentence + "\n"), Run(arguments));

    [Fact]
    public void A_fault_is_one_sentence_without_a_stack_trace()
    {
        var (code, output, error) = RunFailing(new InvalidOperationException("The moon is full."), "fail");

        Assert.Equal((ExitCode.Fault, ""), (code, output));
        Assert.Equal("latent failed: The moon is full.\nWith --verbose it says where; that helps in a report.\n", error);
    }

    public static TheoryData<Exception> Faults => [new InvalidOperationException("x"), new NullReferenceException(), new IndexOutOfRangeException(), new InvalidCastException(), new ArithmeticException()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_only_a_program_can_do_wrong_is_a_fault(Exception failure) => Assert.Equal(ExitCode.Fault, RunFailing(failure, "fail").Code);

    private static ArgumentException Refused(object label) => new("A label is a word.", nameof(label));

    private static ArgumentOutOfRangeException OutOfRange(int size) => new(nameof(size), size, "A size is at least 1.");

    public static TheoryData<Exception, string> Problems => new()
    {
        { new IOException("The disk is full. Free some space."), "The disk is full. Free some space." },
        { new FileNotFoundException("There is no file 'x'.", "x"), "There is no file 'x'." },
        { new MalformedFileException("x.csv", "line 3", "There are 2 fields.", "Add one."), "x.csv: line 3: There are 2 fields. Add one." },
        { new KeyNotFoundException("There is no set 'x'."), "There is no set 'x'." },
        { Refused(7), "A label is a word." },
        { OutOfRange(-1), "A size is at least 1." },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void What_was_written_for_the_user_is_shown_as_it_stands(Exception failure, string message) =>
        Assert.Equal((ExitCode.Problem, "", message + "\n"), RunFailing(failure, "fail"));

    [Fact]
    public void Where_access_is_denied_there_is_a_remedy()
    {
        var (code, _, error) = RunFailing(new UnauthorizedAccessException("Access to the path '/x' is denied."), "fail");

        Assert.Equal(ExitCode.Problem, code);
        Assert.Equal("Access to the path '/x' is denied. Choose a place where you may read and write, or change its permissions.\n", error);
    }

    public static TheoryData<string, Action> RuntimeComplaints => new()
    {
        { "key", () => _ = new Dictionary<string, int>()["x"] },
        { "number", () => _ = int.Parse("x", CultureInfo.InvariantCulture) },
        { "argument", () => _ = "x".Substring(2) },
    };

    [Theory]
    [MemberData(nameof(RuntimeComplaints))]
    public void A_complaint_of_the_runtime_is_a_fault(string what, Action complain)
    {
        using StringWriter output = new(), error = new();

        Assert.Equal(ExitCode.Fault, LatentCommandLine.Run([new ActingCommand(complain)], ["act"], output, error));
        Assert.True(error.ToString().StartsWith("latent failed: ", StringComparison.Ordinal), what);
    }

    private sealed class ActingCommand(Action act) : LatentCommand("act", "Acts.")
    {
        public override IReadOnlyList<(string CommandLine, string Purpose)> Examples => [("latent act", "act")];

        protected override ExitCode Run(ParseResult arguments, TextWriter output)
        {
            act();
            return ExitCode.Success;
        }
    }

    [Theory]
    [InlineData("fail", "--verbose")]
    [InlineData("--verbose", "fail")]
    public void Verbose_shows_where(params string[] arguments)
    {
        var (code, _, error) = RunFailing(new InvalidOperationException("The moon is full."), arguments);

        Assert.Equal(ExitCode.Fault, code);
        Assert.Contains($"   at {typeof(FailingCommand).FullName!.Replace('+', '.')}.Run(", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_is_no_fault_of_latent()
    {
        var (code, _, error) = RunFailing(new LibtorchNotFoundException([("/nowhere/liblatent_torch.so", "no such file")]), "fail");

        Assert.Equal(ExitCode.Problem, code);
        Assert.Contains("/nowhere/liblatent_torch.so: no such file", error, StringComparison.Ordinal);
        Assert.EndsWith("'latent doctor' says more.\n", error, StringComparison.Ordinal);
    }
}
