using System.CommandLine;
using Latent.Cli.Rendering;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary><c>latent data show</c>: what data are like, whether they are read as they are meant, and how they look.</summary>
internal sealed class DataShowCommand : LatentCommand
{
    private const int SheetEdge = 10;
    private const int PlanePixels = 512;

    private readonly Argument<string> source = new("name|path") { Description = "A set that 'latent data list' shows, or your own file or folder." };
    private readonly Option<string?> picture = new("--picture") { HelpName = "file.png", Description = "Save the first hundred pictures, or a plot of planar points." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };
    private readonly DataOptions options;

    public DataShowCommand() : base("show", "Look at a set or at your own data: parts, values, classes, first examples.")
    {
        Add(source);
        Add(picture);
        Add(json);
        options = new(this);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent data show glyphs", "a generated set"),
        ("latent data show mnist --binarization static", "as a model would see it"),
        ("latent data show wine.csv --label quality --standardize", "your own table"),
        ("latent data show photos --resize 64x64 --picture sheet.png", "a folder of pictures of any size"),
    ];

    public override string Remarks =>
        """
        Your own data: .csv, .tsv, .txt, .data (tables), .npy, .npz (arrays), IDX,
        .bin (CIFAR-10), .json (piano rolls), or a folder of PNG and JPEG pictures,
        one folder down if they have classes. What has no parts is cut at random.

        The JSON object:
          schema     1
          name, description, source, examples, shape, levels, protocol, preprocessing,
          standardizationLogDet, factors
          parts      a list of {part, count, labels: [{label, count}], steps,
                     shortest, longest}
          values     {least, greatest, mean, deviation, zeros, areWhole} of the
                     training set
          columns    the same for each column of a table, with its name
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var splits = DataSplits.Open(options.Request(arguments.GetValue(source)!, arguments));
        var summary = DataSummary.Of(splits);
        if (arguments.GetValue(picture) is { } path) Save(path, splits.Train, summary);
        if (arguments.GetValue(json)) output.WriteLine(summary.ToJson());
        else DataSummaryTable.Write(summary, splits, Terminal.On(output));
        return ExitCode.Success;
    }

    private static void Save(string path, Dataset data, DataSummary summary)
    {
        if (Scatter.CanShow(data)) PictureSheet.Write(path, [Scatter.Of(data, PlanePixels)], 1);
        else if (Bitmap.CanShow(data)) PictureSheet.Write(path, Bitmap.First(data, SheetEdge * SheetEdge, (summary.Values.Least, summary.Values.Greatest)), SheetEdge);
        else throw new ArgumentException($"{summary.Name} holds {summary.Examples}, which make no picture: leave --picture out.", nameof(path));
    }
}
