using System.CommandLine;
using Latent.Cli.Rendering;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary><c>latent data list</c>: the sets that are known by name, and which of them are here.</summary>
internal sealed class DataListCommand : LatentCommand
{
    private readonly Option<string?> dataRoot = DataOptions.Root();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };
    private readonly Func<IReadOnlyList<NamedSet>> sets;

    public DataListCommand(Func<IReadOnlyList<NamedSet>> sets) : base("list", "List the sets that are known by name, and say which are here.")
    {
        this.sets = sets;
        Add(dataRoot);
        Add(json);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent data list", "the sets, those under LATENT_DATA marked as present"),
        ("latent data list --data-root ~/data", "the same for another folder"),
        ("latent data list --json | jq -r .sets[].name", "the names, for a script"),
    ];

    public override string Remarks =>
        """
        The JSON object:
          schema    1
          dataRoot  the folder; null if none is set
          sets      a list of {name, description, examples, train, validation, test,
                    state, downloadable, source, missing}; state is generated, present,
                    incomplete or missing, and missing the list of files that are
                    not there
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var root = NamedSets.Root(arguments.GetValue(dataRoot));
        var list = SetList.Of(sets(), root);
        if (arguments.GetValue(json)) output.WriteLine(list.ToJson());
        else SetTable.Write(list, Terminal.On(output));
        return ExitCode.Success;
    }
}
