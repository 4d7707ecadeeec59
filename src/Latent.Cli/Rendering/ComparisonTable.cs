using System.Globalization;
using Latent.Evaluation;
using Spectre.Console;

namespace Latent.Cli.Rendering;

/// <summary>Evaluated runs, the best first, in as many columns as there is room for.</summary>
internal static class ComparisonTable
{
    private const int Gap = 2;
    private const string None = "–";
    private const string Likelihood = "log p(x)";
    private static readonly Style s_bold = new(decoration: Decoration.Bold);
    private static readonly Style s_dim = new(decoration: Decoration.Dim);

    /// <summary>From the most important to what can be missed.</summary>
    private static readonly IReadOnlyList<(string Name, Func<EvaluationReport, string> Of)> Columns =
    [
        ("run", report => report.Model.Run ?? None),
        ("model", report => report.Model.Name),
        (Likelihood, report => report.Likelihood is { } likelihood ? $"{Sign(likelihood.Kind)} {Number(likelihood.LogLikelihood)} ± {Number(likelihood.StandardError)}" : None),
        ("K", report => Whole(report.Likelihood?.Particles)),
        ("ELBO", report => Number(report.Elbo?.LogLikelihood)),
        ("rate", report => Number(report.Rate)),
        ("active", report => report.Latents.Count > 0 ? $"{report.Latents.Sum(latent => latent.ActiveUnits)}/{report.Latents.Sum(latent => latent.Units)}" : None),
        ("distortion", report => Number(report.Distortion)),
        ("parameters", report => Whole(report.Model.Parameters)),
    ];

    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        var density = $"log {EvaluationTable.Density(comparison.Ranking[0])}"; // of all, or by force of the best
        var cells = Columns.Select(column => (string[])[column.Name == Likelihood ? density : column.Name, .. comparison.Ranking.Select(column.Of)]).ToList();
        var room = console.Profile.Width;
        var shown = cells.TakeWhile(column => (room -= column.Max(cell => cell.Length) + Gap) >= -Gap).ToList();
        var table = new Grid();
        foreach (var (i, _) in shown.Index()) table.AddColumn(new GridColumn { NoWrap = true, Padding = new(0, 0, i < shown.Count - 1 ? Gap : 0, 0), Alignment = i < 2 ? Justify.Left : Justify.Right });
        for (var row = 0; row <= comparison.Ranking.Count; row++) table.AddRow([.. shown.Select(column => new Text(column[row], row == 0 ? s_bold : Style.Plain))]);
        console.Write(new Trimmed(table));
        console.WriteLine();

        var protocol = comparison.Ranking[0].Protocol;
        if (comparison.Refusals.Count == 0) console.WriteLine($"On {protocol.Data}/{protocol.Part}, {protocol.Selection}; preprocessing: {protocol.Preprocessing}.", s_dim);
        console.WriteLine("Nats per example: = exact, ≈ estimated from below by K draws, ≥ lower bound.", s_dim);
        if (shown.Count < cells.Count) console.WriteLine($"A wider terminal shows more: {string.Join(", ", Columns.Skip(shown.Count).Select(column => column.Name))}.", s_dim);
    }

    private static string Sign(LikelihoodKind kind) => kind switch
    {
        LikelihoodKind.Exact => "=",
        LikelihoodKind.Estimate => "≈",
        _ => "≥",
    };

    private static string Number(double? value) => value is { } number ? TrainingTable.Number(number) : None;

    private static string Whole(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? None;
}
