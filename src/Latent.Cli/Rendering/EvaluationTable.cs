using Latent.Evaluation;
using Spectre.Console;
using static Latent.Cli.Rendering.TrainingTable;

namespace Latent.Cli.Rendering;

/// <summary>An evaluation for people: what is known of log p(x), where the nats go, and what the latent variables are used for.</summary>
internal static class EvaluationTable
{
    private const int MostUnits = 12;
    private static readonly Style s_bold = new(decoration: Decoration.Bold);
    private static readonly Style s_dim = new(decoration: Decoration.Dim);

    /// <summary>What is measured on what: to be seen while that is done.</summary>
    public static void WriteHead(IAnsiConsole console, string run, EvaluationProtocol protocol) =>
        console.WriteLine($"{run} on {protocol.Data}/{protocol.Part}: {protocol.Selection}; preprocessing: {protocol.Preprocessing}", s_bold);

    /// <summary>What came of it.</summary>
    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        var table = new Grid()
            .AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0))
            .AddColumn(new GridColumn().NoWrap().RightAligned().Padding(0, 0, 2, 0))
            .AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var (name, value, remark) in Rows(report)) table.AddRow(new Text(name), new Text(value), new Text(remark, s_dim));
        console.Write(new Trimmed(table));
        if (report.Diagnosis is { } diagnosis)
        {
            console.WriteLine();
            console.WriteLine(diagnosis.Summary, new Style(diagnosis is { Verdict: CollapseVerdict.Healthy, HasPriorHoles: false } ? Color.Green : Color.Yellow));
            foreach (var advice in diagnosis.Advice) console.Write(new Trimmed(new Padder(new Text($"→ {advice}"), new(2, 0, 0, 0))));
        }
        foreach (var note in report.Notes) console.WriteLine($"Note: {note}", new Style(Color.Yellow));
        console.WriteLine($"In nats per example{(report.Protocol.Levels is null ? ", of the data before standardisation" : "")}; measured in {Number(report.Seconds, "0.0")} s.", s_dim);
    }

    private static IEnumerable<(string Name, string Value, string Remark)> Rows(EvaluationReport report)
    {
        if (report.Likelihood is { } likelihood)
        {
            yield return ($"log {Density(report)} {(likelihood.Kind == LikelihoodKind.Exact ? "=" : "≈")}", Estimate(likelihood), Kind(likelihood));
            if (likelihood.BitsPerDimension is { } bits) yield return ("bits/dim", Number(bits, "0.000"), "");
        }
        if (report.Annealed is { } annealed)
            yield return ("annealed", Estimate(annealed), $"{annealed.Examples} examples, {annealed.Particles} chains; by draws the same: {Number(report.LikelihoodOfAnnealed?.LogLikelihood ?? double.NaN)}");
        if (report.Elbo is { } elbo) yield return ("ELBO", Estimate(elbo), $"lower bound{(elbo.BitsPerDimension is { } most ? $", {Number(most, "0.000")} bits/dim" : "")}");
        if (report.Rate is { } rate) yield return ("rate", Number(rate), "KL(q(z|x) ‖ p(z)), what the code costs");
        if (report.Distortion is { } distortion) yield return ("distortion", Number(distortion), "−E[log p(x|z)], what the code leaves open");
        if (report.Information is { } information)
        {
            yield return ("I(x; z)", $"{(information.IsAtCeiling ? "≥ " : "")}{Number(information.MutualInformation)}", $"what the code tells of the example; {information.Examples} examples show at most {Number(information.Ceiling)}");
            yield return ("marginal KL", Number(information.MarginalDivergence), "KL(q(z) ‖ p(z)), where codes and prior differ");
        }
        foreach (var latent in report.Latents)
            yield return ("active units", $"{latent.ActiveUnits} of {latent.Units}", $"of {latent.Name}: Var(E[{latent.Name}|x]) > {Number(LatentActivity.Threshold)}{Rates(latent)}");
    }

    /// <summary>What the likelihood is one of: <c>p(x)</c>, or <c>p(x|class)</c>.</summary>
    internal static string Density(EvaluationReport report) => report.Model.IsConditional ? "p(x|class)" : "p(x)";

    private static string Rates(LatentActivity latent) => latent.UnitRates is { } rates
        ? $"; KL of each: {string.Join(" ", rates.OrderDescending().Take(MostUnits).Select(rate => Number(rate)))}{(rates.Count > MostUnits ? " …" : "")}"
        : "";

    private static string Estimate(LikelihoodEstimate estimate) => $"{Number(estimate.LogLikelihood)} ± {Number(estimate.StandardError)}";

    private static string Kind(LikelihoodEstimate estimate) => estimate.Kind switch
    {
        LikelihoodKind.Exact => "exact",
        LikelihoodKind.Estimate => $"estimate from below by {estimate.Particles:N0} weighted draws (effective sample size {Number(estimate.EffectiveSampleSize ?? double.NaN, "0.0")})",
        LikelihoodKind.LowerBound => "lower bound",
        _ => "",
    };
}
