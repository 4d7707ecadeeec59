using Latent.Cli.Doctor;
using Spectre.Console;
using Status = Latent.Cli.Doctor.Status;

namespace Latent.Cli.Rendering;

/// <summary>The diagnosis for people: a row for each check, under it what else there is to know and what to type next, and a sentence at the end.</summary>
internal static class DiagnosisTable
{
    public static void Write(Diagnosis diagnosis, IAnsiConsole console)
    {
        var table = new Grid()
            .AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0))
            .AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0))
            .AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var finding in diagnosis.Findings)
        {
            var style = StyleOf(finding.Status);
            table.AddRow(new Text(WordFor(finding.Status), style), new Text(finding.Title), new Text(finding.Found, finding.Status == Status.Ok ? Style.Plain : style));
            foreach (var detail in finding.Details) table.AddRow(Text.Empty, Text.Empty, new Text(detail, new Style(decoration: Decoration.Dim)));
            if (finding.Remedy is { } remedy) table.AddRow(Text.Empty, Text.Empty, new Text($"→ {remedy}", style.Decoration(Decoration.Bold)));
        }
        console.Write(new Trimmed(table));
        console.WriteLine();
        console.Write(new Text(diagnosis.Summary, StyleOf(diagnosis.Status).Decoration(Decoration.Bold)));
        console.WriteLine();
    }

    private static string WordFor(Status status) => status.ToString().ToLowerInvariant();

    private static Style StyleOf(Status status) => status switch
    {
        Status.Problem => new Style(Color.Red),
        Status.Warning => new Style(Color.Yellow),
        Status.Ok => new Style(Color.Green),
        _ => new Style(decoration: Decoration.Dim),
    };
}
