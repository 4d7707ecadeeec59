using System.CommandLine;
using Latent.Cli.Doctor;
using Latent.Cli.Doctor.Facts;
using Latent.Cli.Rendering;

namespace Latent.Cli.Commands;

/// <summary><c>latent doctor</c>: what this machine has, what holds it back, and what to type about it.</summary>
internal sealed class DoctorCommand : LatentCommand
{
    private readonly Option<string?> dataRoot = new("--data-root") { HelpName = "folder", Description = "Where data sets lie (default: the variable LATENT_DATA)." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };

    public DoctorCommand() : base("doctor", "Say what was found on this machine, what slows it down, and what to type about it.")
    {
        Add(dataRoot);
        Add(json);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent doctor", "look at this machine"),
        ("latent doctor --data-root ~/data", "and at the data sets in a folder"),
        ("latent doctor --json | jq .status", "the worst of all checks, for a script"),
    ];

    public override string Remarks =>
        """
        Exit code:
          0  no problem, perhaps warnings
          1  a problem: something does not work
          2  the command line is not understood

        The JSON object:
          schema              1
          latent              version
          status              ok, unknown, warning or problem: the worst of the checks
          problems, warnings  how many
          summary             the same in words
          checks              a list of {check, title, status, found, details,
                              remedy, note}; check is system, processor, memory,
                              native-library, libtorch, blas, onednn, matrix-products,
                              threads, environment, gpu, process-groups, runs or data;
                              environment may come more than once
          facts               what the checks judged
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var diagnosis = Diagnosis.Of(MachineFacts.Read(arguments.GetValue(dataRoot)));
        if (arguments.GetValue(json)) output.WriteLine(DiagnosisJson.Of(diagnosis));
        else DiagnosisTable.Write(diagnosis, Terminal.On(output));
        return diagnosis.Problems == 0 ? ExitCode.Success : ExitCode.Problem;
    }
}
