using System.CommandLine;
using Latent.Cli.Commands;
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
            Assert.Contains($"\n  {c.Name}  {c.Description}", output, StringComparison.Ordinal);
            Assert.Contains($"\n  {c.Examples[0].CommandLine}  ", output, StringComparison.Ordinal);
        });
    }

    public static TheoryData<string> CommandNames => [.. LatentCommandLine.Commands().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void A_commands_help_ends_with_its_examples(string name)
    {
        var command = LatentCommandLine.Commands().Single(c => c.Name == name);

        var (code, output, _) = Run(name, "--help");

        Assert.Equal(ExitCode.Success, code);
        Assert.EndsWith(command.Examples[^1].Purpose + "\n", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), l => Assert.True(l.Length <= 100, l));
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_example_can_be_typed(string name)
    {
        var command = LatentCommandLine.Commands().Single(c => c.Name == name);
        Assert.All(command.Examples, e =>
        {
            var words = e.CommandLine.Split('|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["latent", name], words[..2]);
            Assert.Empty(command.Parse(words[2..]).Errors);
        });
    }

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
    public void A_wrong_line_is_told_in_one_sentence(string sentence, params string[] arguments) =>
        Assert.Equal((ExitCode.Usage, "", sentence + "\n"), Run(arguments));

    [Fact]
    public void A_fault_is_one_sentence_without_a_stack_trace()
    {
        var (code, output, error) = RunFailing(new InvalidOperationException("The moon is full."), "fail");

        Assert.Equal((ExitCode.Fault, ""), (code, output));
        Assert.Equal("latent failed: The moon is full.\nWith --verbose it says where; that helps in a report.\n", error);
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
