using System.CommandLine;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary><c>latent data make</c>: writes a generated set to files.</summary>
internal sealed class DataMakeCommand : LatentCommand
{
    private const int MostExamples = 10_000_000;   // far beyond what models of these sets need, and within memory

    private readonly Argument<string> name = new("name") { Description = "The set; 'latent data list' shows those that are generated." };
    private readonly Option<string> path = new("--out") { HelpName = "path", Description = "FILE.npz, FILE.csv, or a folder.", Required = true };
    private readonly Option<DataFormat?> format = ParsedOption.OneOf<DataFormat>(
        "--format", "npz|idx|csv", "Kind of file (default: what --out ends in, or what fits the set).",
        ("npz", DataFormat.Npz), ("idx", DataFormat.Idx), ("csv", DataFormat.Csv));
    private readonly Option<int?> count = ParsedOption.Of<int>(
        "--count", "number", "Examples for training; validation and test get a tenth each.", $"a whole number from 1 to {MostExamples}, such as 1000", word => DataOptions.Number(word, 1, MostExamples));
    private readonly Option<ulong?> seed = DataOptions.Seed("Seed of everything random (default: 0).");
    private readonly Option<bool> force = new("--force") { Description = "Replace files that are there." };

    public DataMakeCommand() : base("make", "Write a generated set to files, for other programs and for trying things out.")
    {
        Add(name);
        foreach (var option in new Option[] { path, format, count, seed, force }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent data make glyphs --out glyphs.npz", "arrays for NumPy: x_train, y_train, …"),
        ("latent data make glyphs --out glyphs --count 1000", "a folder of IDX files named as MNIST's"),
        ("latent data make two-moons --out moons.csv --seed 7", "one table of the training set"),
    ];

    public override string Remarks =>
        """
        What the kinds of file hold:
          npz  any set, with labels and generating factors
          idx  pictures of one channel and labels
          csv  vectors; in a folder train.csv, validation.csv and test.csv
        Files appear whole or not at all, and 'latent data show PATH' reads them again.
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var set = NamedSets.Find(arguments.GetValue(name)!);
        var target = arguments.GetValue(path)!;
        // One example of each part tells, before much work, whether there is such a set and whether the format can hold it.
        var sample = set.Make(new(1, 1, 1));
        var kind = FormatOf(target, arguments.GetValue(format), sample);
        DataFile.CheckHolds(sample, kind);
        if (!arguments.GetValue(force) && (File.Exists(target) || Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new IOException($"'{target}' is there already. Replace it with --force, or name another.");

        var sizes = arguments.GetValue(count) is { } n ? new PartSizes(n, Math.Max(1, n / 10), Math.Max(1, n / 10)) : set.Sizes;
        var splits = set.Make(sizes, arguments.GetValue(seed) ?? 0);
        DataFile.Write(target, splits, kind);
        var isTable = kind == DataFormat.Csv && !Directory.Exists(target);
        output.WriteLine($"{set.Name}: {(isTable ? $"{splits.Train.Count} examples" : $"{sizes} examples for training, validation and test")} in {target}.");
        output.WriteLine($"'latent data show {target}' looks at {(isTable ? "it" : "them")}.");
        return ExitCode.Success;
    }

    private static DataFormat FormatOf(string target, DataFormat? asked, DataSplits sample)
    {
        DataFormat? ending = Path.GetExtension(target).ToLowerInvariant() switch { ".npz" => DataFormat.Npz, ".csv" => DataFormat.Csv, _ => null };
        if (asked is { } format && (ending is not null && ending != format || ending is null && format == DataFormat.Npz))
            throw new ArgumentException($"'{target}' is no name for the format {format.ToString().ToLowerInvariant()}: {(format == DataFormat.Npz ? "let it end in .npz" : "name a folder")}.", nameof(target));
        return asked ?? ending ?? (sample.Train.EventShape.Rank == 1 ? DataFormat.Csv : DataFormat.Idx);
    }
}
