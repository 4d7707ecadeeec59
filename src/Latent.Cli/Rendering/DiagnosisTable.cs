using Latent.Cli.Doctor;
using Spectre.Console;
using Status = Latent.Cli.Doctor.Status;

namespace Latent.Cli.Rendering;

/// <summary>The diagnosis for people: a row for each check, under it what else there is to know and what to type next, and a sentence at the end.</summary>
internal static class DiagnosisTable
{
    private const int Gap = 2;
    private static readonly Style s_dim = new(decoration: Decoration.Dim);

    public static void Write(Diagnosis diagnosis, IAnsiConsole console)
    {
        var statusWidth = Enum.GetNames<Status>().Max(n => n.Length);
        var titleWidth = diagnosis.Findings.Max(f => f.Title.Length);
        foreach (var finding in diagnosis.Findings)
        {
            var style = StyleOf(finding.Status);
            Grid Columns() => new Grid().AddColumn(Column(statusWidth)).AddColumn(Column(titleWidth)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
            var row = Columns().AddRow(new Text(WordFor(finding.Status), style), new Text(finding.Title), new Text(finding.Found, finding.Status == Status.Ok ? Style.Plain : style));
            foreach (var detail in finding.Details) row.AddRow(Text.Empty, Text.Empty, new Text(detail, s_dim));
            console.Write(new Trimmed(row));
            if (finding.Remedy is null) continue;
            console.Write(new Unwrapped(statusWidth + titleWidth + 2 * Gap, $"→ {finding.Remedy}", style.Decoration(Decoration.Bold)));
            if (finding.Note is { } note) console.Write(new Trimmed(Columns().AddRow(Text.Empty, Text.Empty, new Text(note, s_dim))));
        }
        console.WriteLine();
        console.Write(new Text(diagnosis.Summary, StyleOf(diagnosis.Status).Decoration(Decoration.Bold)));
        console.WriteLine();
    }

    private static GridColumn Column(int width) => new GridColumn().Width(width).NoWrap().Padding(0, 0, Gap, 0);

    private static string WordFor(Status status) => status.ToString().ToLowerInvariant();

    private static Style StyleOf(Status status) => status switch
    {
        Status.Problem => new Style(Color.Red),
        Status.Warning => new Style(Color.Yellow),
        Status.Ok => new Style(Color.Green),
        _ => s_dim,
    };
}
