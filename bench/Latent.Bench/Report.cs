using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latent.Bench;

/// <summary>Prints rows as they are measured, in one of the formats.</summary>
internal sealed class Report(ReportFormat format, Machine machine)
{
    private static readonly string[] Header = ["workload", "ours", "peer", "ratio", "target", "verdict", "remark"];
    private static readonly int[] Widths = [51, 8, 8, 6, 8, 7, 0];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly List<Row> rows = [];

    public void Begin()
    {
        if (format == ReportFormat.Json) return;
        foreach (var line in machine.Lines()) Console.WriteLine(format == ReportFormat.Markdown ? line + "  " : line);
        Console.WriteLine();
        Console.WriteLine(Line(Header));
        if (format == ReportFormat.Markdown) Console.WriteLine(Line(Array.ConvertAll(Header, _ => "---")));
    }

    public void Add(Row row)
    {
        rows.Add(row);
        if (format != ReportFormat.Json) Console.WriteLine(Line(row.Cells));
    }

    public void End()
    {
        if (format == ReportFormat.Json) Console.WriteLine(JsonSerializer.Serialize(new { machine, rows }, Json));
        else Console.WriteLine("\nTimes are medians of seven blocks per call; ratio = the peer's time / ours, so above 1× we are faster.");
    }

    private string Line(string[] cells) => format == ReportFormat.Markdown
        ? $"| {string.Join(" | ", cells)} |"
        : string.Concat(cells.Zip(Widths, (cell, width) => cell.PadRight(width) + ' ')).TrimEnd();
}
