using System.Globalization;
using Latent.Catalog;
using Latent.Cli.Commands;
using Latent.Evaluation;
using Latent.Training;
using Spectre.Console;

namespace Latent.Cli.Rendering;

/// <summary>Training for people: a line per look at the validation set, and below it, on a terminal, how far the present one is.</summary>
internal sealed class TrainingTable(TextWriter output, Experiment experiment, RunFolder folder) : ITrainingView
{
    private const int Bar = 24;

    /// <summary>About so many rows are shown in all.</summary>
    private const int Rows = 25;

    private readonly IAnsiConsole console = Terminal.On(output);
    private readonly bool isLive = Terminal.IsLive(output);
    private TrainingEvent.Started? started;
    private TrainingEvent.Progress? last;
    private string[] terms = [];
    private int shown;
    private long nextRow;

    public void Show(TrainingEvent e)
    {
        switch (e)
        {
            case TrainingEvent.Started s:
                started = s;
                Begin(s);
                break;
            case TrainingEvent.Progress p:
                last = p;
                if (terms.Length == 0) Head(p);
                if (isLive) Live(p);
                break;
            case TrainingEvent.Validated v:
                Clear();
                Row(v);
                break;
            case TrainingEvent.CheckpointRefused r:
                Clear();
                console.WriteLine($"The checkpoint {Path.GetFileName(r.File)} was set aside: {r.Reason}", new Style(Color.Yellow));
                break;
            case TrainingEvent.Stopped s:
                Clear();
                End(s.Outcome);
                break;
            case TrainingEvent.NonFinite:
                Clear();
                break;
        }
    }

    public void Show(EvaluationProtocol protocol)
    {
        console.WriteLine();
        EvaluationTable.WriteHead(console, folder.Name, protocol);
    }

    public void Show(EvaluationReport report)
    {
        EvaluationTable.Write(console, report);
        console.WriteLine();
        var pictures = !Directory.Exists(folder.Samples) ? [] : new[] { "samples", "reconstructions" }.Select(stem => Directory.EnumerateFiles(folder.Samples, $"{stem}-*.png").Max()).OfType<string>().ToList();
        if (File.Exists(folder.PlanarFile)) pictures = [folder.PlanarFile];
        foreach (var picture in pictures) console.WriteLine($"Picture: {Shown(picture)}");
        if (pictures.Count > 0) console.WriteLine();
        console.WriteLine("Next:", new Style(decoration: Decoration.Bold));
        ExampleLines.Write(output, [.. Next(hasLatents: report.Elbo is not null)], console.Profile.Width);
    }

    private IEnumerable<(string CommandLine, string Purpose)> Next(bool hasLatents)
    {
        var run = Shown(folder.Path);
        yield return hasLatents ? ($"latent eval {run} --particles 1000", "a closer estimate") : ($"latent eval {run}", "on the whole test set");
        yield return ($"latent sample {run}", "new examples");
        if (experiment.Recipe.Model.HasCode) yield return ($"latent interpolate {run}", "from one example to another");
        yield return ($"latent score {run} --out scores.csv", "log p(x) of each test example");
        yield return ModelCatalog.Names.Contains(experiment.Recipe.Name)
            ? ($"latent models {experiment.Recipe.Name} > my.yaml", "to change, and train: my.yaml")
            : ($"latent train {Shown(folder.RecipeFile)} --set training.epochs=…", "again, with a change");
    }

    private void Begin(TrainingEvent.Started s)
    {
        var data = experiment.Data;
        var model = experiment.Recipe;
        console.WriteLine($"{model.Name} on {data.Name}: {data.Train.Count:N0} of {data.Train.EventShape}, preprocessing: {data.Preprocessing}");
        var threads = s.Replicas > 1 ? $"{s.Replicas} threads that share each batch" : s.ThreadsPerReplica > 1 ? $"{s.ThreadsPerReplica} threads in each operator" : "one thread";
        console.WriteLine($"{s.Parameters:N0} parameters, {s.StepsPerEpoch:N0} steps an epoch, {threads}");
        if (s.Rehearsals.Count > 0)
            console.WriteLine($"Parts of a batch tried: {string.Join(", ", s.Rehearsals.Select(tried => $"{tried.Key} ({Number(1000 * tried.Value)} ms a step)"))}. The run's recipe keeps the choice, since another rounds differently.");
        console.WriteLine($"Run folder: {Shown(folder.Path)}");
        if (data.Standardization is { } standardization)
            console.WriteLine($"While it trains, nats are of the standardised values: a log-likelihood in the data's own units is that plus {Number(standardization.LogDet)}.");
        if (s.ResumedFrom is null && model.Training.From is { } from) console.WriteLine($"Beginning with the parameters of {Shown(from)}.");
        if (s.ResumedFrom is not null)
            console.WriteLine(s.Step < s.Steps ? $"Going on after step {s.Step:N0} of {s.Steps:N0}." : $"It is already at {Number((double)s.Step / s.StepsPerEpoch, "0.##")} epochs ({s.Step:N0} steps): for more, give a larger --epochs.");
        console.WriteLine();
    }

    /// <summary>Names the columns, of the objective's terms as many as fit.</summary>
    private void Head(TrainingEvent.Progress p)
    {
        string[] all = [.. p.Terms.Keys.Where(term => term != "loss")];
        terms = [.. all.TakeWhile((_, i) => Line([.. all[..(i + 1)]], term => term, "epoch", "validation ", "examples/s", "time", "left").Length < console.Profile.Width)];
        console.WriteLine(Line(terms, term => term, "epoch", "validation ", "examples/s", "time", "left"), new Style(decoration: Decoration.Bold));
    }

    private void Row(TrainingEvent.Validated v)
    {
        if (last is not { } p || v.Step < nextRow) return;
        nextRow = Math.Min(started!.Steps, v.Step + started.Steps / Rows);
        var value = v.Values.GetValueOrDefault(experiment.Recipe.Objective.Criterion, double.NaN);
        console.WriteLine(Line(
            terms, term => Number(p.Terms.GetValueOrDefault(term, double.NaN)), Number(v.Epoch, "0.##"), $"{Number(value)}{(v.IsBest ? "*" : " ")}",
            p.ExamplesPerSecond.ToString("N0", CultureInfo.InvariantCulture), Clock(v.Elapsed), Clock(p.Remaining)));
    }

    private static string Line(IReadOnlyList<string> terms, Func<string, string> cell, string epoch, string validation, string rate, string time, string left) =>
        $"{epoch,7}{string.Concat(terms.Select(term => $" {cell(term)}".PadLeft(Math.Max(11, term.Length + 1))))}{$" {validation}",12}{rate,11}{time,8}{left,8}";

    private void Live(TrainingEvent.Progress p)
    {
        var done = (double)p.Step / started!.Steps;
        var filled = (int)Math.Round(done * Bar);
        var line = $"{Number(p.Epoch, "0.0"),7} {new string('█', filled)}{new string('░', Bar - filled)} {done,4:P0}  {terms.FirstOrDefault()} {Number(p.Terms.GetValueOrDefault(terms.FirstOrDefault() ?? "", double.NaN))}  {p.ExamplesPerSecond:N0}/s  {Clock(p.Remaining)} left";
        line = line[..Math.Min(line.Length, Math.Max(1, console.Profile.Width - 1))];
        output.Write($"\r{line.PadRight(shown)}");
        shown = line.Length;
    }

    private void Clear()
    {
        if (shown > 0) output.Write($"\r{new string(' ', shown)}\r");
        shown = 0;
    }

    private void End(TrainingOutcome outcome)
    {
        console.WriteLine();
        var best = outcome.Best is { } value ? $" Best validation: {Number(value)} at step {outcome.BestStep:N0}." : "";
        console.WriteLine(outcome.Reason switch
        {
            StopReason.Completed => $"Trained for {outcome.Step:N0} steps in {Clock(outcome.Elapsed)}.{best}",
            StopReason.EarlyStopped => $"Stopped early after {outcome.Step:N0} steps, {Clock(outcome.Elapsed)}: validation no longer improves.{best}",
            _ when outcome.Step == 0 => "Stopped before the first step, so that there is nothing to keep.",
            _ => $"Stopped after {outcome.Step:N0} steps. Go on with:",
        });
        if (outcome is { Reason: StopReason.Cancelled, Step: > 0 }) console.Write(new Unwrapped(2, RunOptions.ToGoOn(folder), Style.Plain));
    }

    internal static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    internal static string Number(double value, string format = "0.00")
    {
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAnyExcept("-0.") ? text.Replace('-', '−') : text.TrimStart('-');
    }

    internal static string Clock(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
