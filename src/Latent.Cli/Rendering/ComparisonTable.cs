using Latent.Evaluation;
using Spectre.Console;
using static Latent.Cli.Rendering.TrainingTable;

namespace Latent.Cli.Rendering;

/// <summary>Evaluated runs, the best first.</summary>
internal static class ComparisonTable
{
    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { "run", "model" }) table.AddColumn(new TableColumn(column).NoWrap());
        foreach (var column in new[] { "log p(x)", "±", "kind", "K", "ELBO", "rate", "distortion", "active", "parameters" }) table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var report in comparison.Ranking)
        {
            var likelihood = report.Likelihood;
            table.AddRow(
                report.Model.Run ?? "–", report.Model.Name,
                likelihood is null ? "–" : Number(likelihood.LogLikelihood), likelihood is null ? "–" : Number(likelihood.StandardError),
                likelihood?.Kind switch { LikelihoodKind.Exact => "exact", LikelihoodKind.LowerBound => "≤ (bound)", LikelihoodKind.Estimate => "≈ (estimate)", _ => "none" },
                likelihood?.Particles?.ToString("N0") ?? "–", report.Elbo is { } elbo ? Number(elbo.LogLikelihood) : "–",
                report.Rate is { } rate ? Number(rate) : "–", report.Distortion is { } distortion ? Number(distortion) : "–",
                report.Latents.Count > 0 ? $"{report.Latents.Sum(latent => latent.ActiveUnits)}/{report.Latents.Sum(latent => latent.Units)}" : "–", report.Model.Parameters.ToString("N0"));
        }
        console.Write(new Trimmed(table));
        var protocol = comparison.Ranking[0].Protocol;
        if (comparison.Refusals.Count == 0)
            console.WriteLine($"On {protocol.Data}/{protocol.Part}, {protocol.Selection}; preprocessing: {protocol.Preprocessing}. In nats per example.", new Style(decoration: Decoration.Dim));
    }
}
