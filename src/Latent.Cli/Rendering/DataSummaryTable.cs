using System.Globalization;
using Latent.Data;
using Spectre.Console;

namespace Latent.Cli.Rendering;

/// <summary>What data are like, for people: facts, classes or columns, and the first examples as pictures where they are some.</summary>
internal static class DataSummaryTable
{
    private const int Indent = 2;
    private const int BarWidth = 24;
    private const int MostRows = 20;
    private const int PlaneSize = 48;
    private const int MostPictures = 16;
    private const int MostSteps = 76;
    private const int MostLevels = 32;
    private static readonly Style s_dim = new(decoration: Decoration.Dim);
    private static readonly Style s_bold = new(decoration: Decoration.Bold);

    public static void Write(DataSummary summary, DataSplits splits, IAnsiConsole console)
    {
        console.Write(new Text(summary.Name, s_bold));
        if (summary.Description is not null) console.Write(new Text($": {summary.Description}"));
        console.WriteLine();
        if (summary.Source is not null) Line(console, summary.Source, s_dim);
        console.WriteLine();

        var facts = new Grid().AddColumn(new GridColumn().NoWrap().Padding(Indent, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var (name, value) in Facts(summary)) facts.AddRow(new Text(name, s_dim), new Text(value));
        console.Write(new Trimmed(facts));

        WriteClasses(summary, splits.Train.ClassNames, console);
        WriteColumns(summary, console);
        WritePictures(splits.Train, summary.Values, console);
        foreach (var hint in Hints(summary).Concat(DegenerateColumns.Notes(splits.Train)))
        {
            console.WriteLine();
            Line(console, hint, Style.Plain);
        }
    }

    private static IEnumerable<(string Name, string Value)> Facts(DataSummary summary)
    {
        yield return ("examples", summary.Examples);
        foreach (var part in summary.Parts)
        {
            yield return (part.Part, part.Steps is { } steps
                ? string.Create(CultureInfo.InvariantCulture, $"{part.Count} sequences of {part.Shortest} to {part.Longest} steps, {steps} together")
                : part.Count.ToString(CultureInfo.InvariantCulture));
        }
        yield return ("protocol", summary.Protocol);
        if (summary.Preprocessing != "none") yield return ("preprocessing", summary.Preprocessing);
        if (summary.StandardizationLogDet is { } logDet) yield return ("log-determinant", $"{Number(logDet)} nats, to be added to log p of the standardised values");
        var values = summary.Values;
        yield return ("values", $"{Number(values.Least)} to {Number(values.Greatest)}, mean {Mean(values)}, deviation {Number(values.Deviation)}{(values.Zeros > 0.005 ? $"; {100 * values.Zeros:0}% are 0" : "")}");
        if (summary.Factors.Count > 0) yield return ("factors", string.Join(", ", summary.Factors));
    }

    private static void WriteClasses(DataSummary summary, IReadOnlyList<string> names, IAnsiConsole console)
    {
        if (summary.Parts[0].Labels is not { } classes) return;
        console.WriteLine();
        var labels = summary.Parts.SelectMany(part => part.Labels!.Select(c => c.Label)).Distinct().Order().ToList();
        if (labels.Count > MostRows)
        {
            Line(console, $"{labels.Count} classes of {classes.Min(c => c.Count)} to {classes.Max(c => c.Count)} training examples", Style.Plain, Indent);
            return;
        }
        var table = Columns(1 + summary.Parts.Count).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        table.AddRow([new Text("class", s_dim), .. summary.Parts.Select(part => new Text(part.Part, s_dim)), Text.Empty]);
        var most = Math.Max(1, classes.Max(c => c.Count));
        foreach (var label in labels)
        {
            int CountIn(PartSummary part) => part.Labels!.FirstOrDefault(c => c.Label == label)?.Count ?? 0;
            table.AddRow([new Text(names.ElementAtOrDefault(label) ?? $"{label}"), .. summary.Parts.Select(part => new Text($"{CountIn(part)}")), new Text(new string('█', BarWidth * CountIn(summary.Parts[0]) / most), s_dim)]);
        }
        console.Write(new Trimmed(table));
    }

    private static void WriteColumns(DataSummary summary, IAnsiConsole console)
    {
        if (summary.Columns.Count == 0) return;
        console.WriteLine();
        var table = new Grid().AddColumn(new GridColumn().Padding(Indent, 0, 2, 0));
        for (var i = 0; i < 4; i++) table.AddColumn(new GridColumn().NoWrap().RightAligned().Padding(0, 0, 2, 0));
        table.AddRow([.. new[] { "column", "least", "mean", "greatest", "deviation" }.Select(word => new Text(word, s_dim))]);
        foreach (var c in summary.Columns.Take(MostRows))
            table.AddRow([new Text(c.Column!), new Text(Number(c.Least)), new Text(Mean(c)), new Text(Number(c.Greatest)), new Text(Number(c.Deviation))]);
        console.Write(new Trimmed(table));
        if (summary.Columns.Count > MostRows) Line(console, $"and {summary.Columns.Count - MostRows} more (all with --json)", s_dim, Indent);
    }

    private static void WritePictures(Dataset data, ValueSummary values, IAnsiConsole console)
    {
        Bitmap[] pictures =
            Bitmap.CanShow(data) ? Bitmap.First(data, MostPictures, (values.Least, values.Greatest))
            : Scatter.CanShow(data) ? [Scatter.Of(data, PlaneSize)]
            : data.IsSequence && data.Levels is not null && data.EventShape.Rank == 1 ? [Bitmap.FirstSequence(data).Cut(MostSteps)]
            : [];
        if (pictures.Length == 0) return;
        console.WriteLine();
        console.Write(new Trimmed(new HalfBlocks(pictures, Indent)));
    }

    private static IEnumerable<string> Hints(DataSummary summary)
    {
        if (summary.Levels is null && summary.Columns.Count > 0 && summary.StandardizationLogDet is null && summary.Values is { AreWhole: true, Least: >= 0, Greatest: < MostLevels and var greatest })
            yield return $"All values are whole numbers from 0 to {greatest}: with --levels {Math.Max(2, (int)greatest + 1)} they are read as {(greatest < 2 ? "binary" : "levels")}.";
    }

    private static Grid Columns(int count)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().RightAligned().Padding(Indent, 0, 2, 0));
        for (var i = 1; i < count; i++) grid.AddColumn(new GridColumn().NoWrap().RightAligned().Padding(0, 0, 2, 0));
        return grid;
    }

    private static void Line(IAnsiConsole console, string text, Style style, int indent = 0)
    {
        console.Write(new Padder(new Text(text, style), new Padding(indent, 0, 0, 0)));
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>The mean; 0 where it is the rounding of single precision.</summary>
    private static string Mean(ValueSummary values) => Number(Math.Abs(values.Mean) < 1e-6 * values.Deviation ? 0 : values.Mean);
}
