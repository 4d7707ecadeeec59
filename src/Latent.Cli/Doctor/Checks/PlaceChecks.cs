using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>The folders that are written to and read from.</summary>
internal static class PlaceChecks
{
    private const long LittleSpace = 1L << 30;

    public static IEnumerable<Finding> Of(MachineFacts facts) => [RunsOf(facts.Storage), DataOf(facts.Data)];

    private static Finding RunsOf(StorageFacts storage) => storage switch
    {
        { Failure: { } failure } => new("runs", "Run folders", Status.Problem, $"cannot write to {storage.Folder}: {failure}")
        {
            Remedy = "cd FOLDER",
            Note = "one where you may write",
        },
        { FreeBytes: < LittleSpace and { } free } => new("runs", "Run folders", Status.Warning, $"{storage.Folder}, only {Count.Bytes(free)} free")
        {
            Remedy = "cd FOLDER",
            Note = "one on another disk; or free some space here",
        },
        _ => new("runs", "Run folders", Status.Ok, $"{storage.Folder}, writable{(storage.FreeBytes is { } bytes ? $", {Count.Bytes(bytes)} free" : "")}"),
    };

    private static Finding DataOf(DataFacts data) => data switch
    {
        { Root: null } => new("data", "Data sets", Status.Ok, "no folder set; generated data needs none")
        {
            Details = ["export LATENT_DATA=FOLDER (or --data-root FOLDER) names the one with mnist/, cifar10/, …"],
        },
        { Failure: { } failure } => new("data", "Data sets", Status.Problem, $"{data.Source} is {data.Root}: {failure}")
        {
            Remedy = Name(data.Source),
            Note = "the one with mnist/, cifar10/, …",
        },
        { Sets.Count: 0 } => new("data", "Data sets", Status.Warning, $"none of the known sets is in {data.Root}")
        {
            Details = [$"known sets: {string.Join(", ", DataFacts.KnownSets)}"],
            Remedy = Name(data.Source),
            Note = "the one with mnist/, cifar10/, …",
        },
        _ => new("data", "Data sets", Status.Ok, string.Join(", ", data.Sets)) { Details = [data.Root] },
    };

    private static string Name(string? source) => source == "LATENT_DATA" ? "export LATENT_DATA=FOLDER" : "latent doctor --data-root FOLDER";
}
