using System.CommandLine;
using Latent.Cli.Rendering;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary><c>latent data download</c>: fetches the files of a named set.</summary>
internal sealed class DataDownloadCommand : LatentCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Argument<string[]> names = new("name") { Description = "The set, or several.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> dataRoot = DataOptions.Root();
    private readonly Func<IReadOnlyList<NamedSet>> sets;

    public DataDownloadCommand(Func<IReadOnlyList<NamedSet>> sets) : base("download", "Fetch the files of a set, go on with what was cut off, and check them.")
    {
        this.sets = sets;
        Add(names);
        Add(dataRoot);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent data download mnist", "into the folder that LATENT_DATA names"),
        ("latent data download mnist optdigits --data-root ~/data", "several, into another folder"),
    ];

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        NamedSet[] wanted = [.. arguments.GetValue(names)!.Select(name => NamedSets.Find(name, sets()))];
        if (wanted.All(set => set.IsGenerated))
        {
            foreach (var set in wanted) output.WriteLine($"{set.Name} is made by the program and needs no download.");
            return ExitCode.Success;
        }
        var root = Path.GetFullPath(NamedSets.Root(arguments.GetValue(dataRoot))
            ?? throw new DirectoryNotFoundException($"No data root is set. Name the folder where data sets are to lie with --data-root or {NamedSets.RootVariable}."));
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = Patience }) { Timeout = Patience };
        foreach (var set in wanted)
        {
            var fetched = Fetch(set, root, client, new(arguments.InvocationConfiguration.Error));
            output.WriteLine(fetched.Count switch
            {
                _ when set.IsGenerated => $"{set.Name} is made by the program and needs no download.",
                0 => $"{set.Name} is there already, whole and undamaged, in {root}.",
                var count => $"{set.Name}: {count} of {set.Files.Count} file{(set.Files.Count == 1 ? "" : "s")} fetched and checked, in {root}.",
            });
        }
        return ExitCode.Success;
    }

    private static IReadOnlyList<SetFile> Fetch(NamedSet set, string root, HttpClient client, DownloadProgress progress)
    {
        try
        {
            return set.DownloadAsync(root, client, progress).GetAwaiter().GetResult();
        }
        finally
        {
            progress.End();   // before what is said next
        }
    }
}
