using Latent.Evaluation;
using Spectre.Console;
using static Latent.Cli.Rendering.TrainingTable;

namespace Latent.Cli.Rendering;

/// <summary>An evaluation for people: what is known of log p(x), where the nats go, and what the latent variables are used for.</summary>
internal static class EvaluationTable
{
    private static readonly Style s_bold = new(decoration: Decoration.Bold);
    private static readonly Style s_dim = new(decoration: Decoration.Dim);

    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        var protocol = report.Protocol;
        console.WriteLine($"{report.Model.Run ?? report.Model.Name} on {protocol.Data}/{protocol.Part}: {protocol.Selection}; preprocessing: {protocol.Preprocessing}", s_bold);
        if (report.Likelihood is { } likelihood)
        {
            Line(console, likelihood.Kind == LikelihoodKind.Exact ? "log p(x) =" : "log p(x) ≈", Estimate(likelihood), Kind(likelihood));
            if (likelihood.BitsPerDimension is { } bits) Line(console, "bits/dim", Number(bits, "0.000"), "");
        }
        if (report.Annealed is { } annealed)
            Line(console, "annealed", Estimate(annealed), $"{annealed.Examples} examples, {annealed.Particles} chains; by draws the same: {Number(report.LikelihoodOfAnnealed?.LogLikelihood ?? double.NaN)}");
        if (report.Elbo is { } elbo) Line(console, "ELBO", Estimate(elbo), "a lower bound");
        if (report.Rate is { } rate) Line(console, "rate", Number(rate), "KL(q(z|x) ‖ p(z)), what the code costs");
        if (report.Distortion is { } distortion) Line(console, "distortion", Number(distortion), "−E[log p(x|z)], what the code leaves open");
        if (report.Information is { } information)
        {
            Line(console, "I(x; z)", $"{(information.IsAtCeiling ? "≥ " : "")}{Number(information.MutualInformation)}", $"what the code tells of the example (at most log {information.Examples} = {Number(information.Ceiling)} can show)");
            Line(console, "marginal KL", Number(information.MarginalDivergence), "KL(q(z) ‖ p(z)), where codes and prior differ");
        }
        foreach (var latent in report.Latents)
        {
            Line(console, $"{latent.Name}, active", $"{latent.ActiveUnits} of {latent.Units}", "");
            if (latent.UnitRates is { } rates) Line(console, "", "", $"KL by unit: {string.Join(" ", rates.OrderDescending().Take(12).Select(r => Number(r)))}{(rates.Count > 12 ? " …" : "")}");
        }
        if (report.Diagnosis is { } diagnosis)
        {
            console.WriteLine();
            console.WriteLine(diagnosis.Summary, new Style(diagnosis.Verdict == CollapseVerdict.Healthy ? Color.Green : Color.Yellow));
            foreach (var advice in diagnosis.Advice) console.WriteLine($"  → {advice}");
        }
        foreach (var note in report.Notes) console.WriteLine($"Note: {note}", new Style(Color.Yellow));
        console.WriteLine($"In nats per example{(report.Protocol.Levels is null ? ", of the data before standardisation" : "")}; measured in {report.Seconds:0.0} s.", s_dim);
    }

    private static void Line(IAnsiConsole console, string name, string value, string remark)
    {
        console.Write(new Text($"  {name,-12}{value,20}"));
        console.WriteLine(remark.Length > 0 ? $"  {remark}" : "", s_dim);
    }

    private static string Estimate(LikelihoodEstimate estimate) => $"{Number(estimate.LogLikelihood)} ± {Number(estimate.StandardError)}";

    private static string Kind(LikelihoodEstimate estimate) => estimate.Kind switch
    {
        LikelihoodKind.Exact => "exact",
        LikelihoodKind.Estimate => $"estimate from below, by {estimate.Particles:N0} draws each, of which {estimate.EffectiveSampleSize:0.0} count",
        LikelihoodKind.LowerBound => "a lower bound",
        _ => "",
    };
}
