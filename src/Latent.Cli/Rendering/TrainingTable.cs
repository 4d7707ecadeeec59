using System.Globalization;
using Latent.Catalog;
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
    private readonly bool isLive = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
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

    public void Show(EvaluationReport report)
    {
        console.WriteLine();
        EvaluationTable.Write(console, report);
        console.WriteLine();
        var pictures = new[] { "samples", "reconstructions" }.Select(stem => Directory.EnumerateFiles(folder.Samples, $"{stem}-*.png").Max()).OfType<string>().ToList();
        foreach (var picture in pictures) console.WriteLine($"Picture: {Shown(picture)}");
        if (pictures.Count > 0) console.WriteLine();
        console.WriteLine("Next:", new Style(decoration: Decoration.Bold));
        foreach (var (command, purpose) in Next()) console.WriteLine($"  {command,-46}  {purpose}");
    }

    private IEnumerable<(string Command, string Purpose)> Next()
    {
        var run = Shown(folder.Path);
        yield return ($"latent eval {run} --particles 1000", "a closer estimate");
        yield return ($"latent sample {run}", "new examples");
        yield return ($"latent interpolate {run}", "from one example to another");
        yield return ($"latent score {run} --out scores.csv", "log p(x) of each test example");
        yield return ($"latent models {experiment.Recipe.Name} > my.yaml", "a recipe to change; then: latent train my.yaml");
    }

    private void Begin(TrainingEvent.Started s)
    {
        var data = experiment.Data;
        var model = experiment.Recipe;
        console.WriteLine($"{model.Name} on {data.Name}: {data.Train.Count:N0} examples {data.Train.EventShape}, preprocessing: {data.Preprocessing}");
        var threads = s.Replicas > 1 ? $"{s.Replicas} threads that share each batch" : s.ThreadsPerReplica > 1 ? $"{s.ThreadsPerReplica} threads in each operator" : "one thread";
        console.WriteLine($"{s.Parameters:N0} parameters, {s.StepsPerEpoch:N0} steps an epoch, {threads}; {Shown(folder.Path)}");
        if (s.ResumedFrom is not null) console.WriteLine($"Going on after step {s.Step:N0} of {s.Steps:N0}.");
        console.WriteLine();
    }

    private void Head(TrainingEvent.Progress p)
    {
        terms = [.. p.Terms.Keys.Where(term => term != "loss")];
        console.WriteLine($"{"epoch",7}{string.Concat(terms.Select(term => $"{term,13}"))}{"validation",13}{"examples/s",12}{"time",9}{"left",9}", new Style(decoration: Decoration.Bold));
    }

    private void Row(TrainingEvent.Validated v)
    {
        if (last is not { } p || v.Step < nextRow) return;
        nextRow = Math.Min(started!.Steps, v.Step + started.Steps / Rows);
        var value = v.Values.GetValueOrDefault(experiment.Recipe.Objective.Criterion, double.NaN);
        console.WriteLine(
            $"{Number(v.Epoch, "0.##"),7}{string.Concat(terms.Select(term => $"{Number(p.Terms.GetValueOrDefault(term, double.NaN)),13}"))}{Number(value),12}{(v.IsBest ? "*" : " ")}{p.ExamplesPerSecond,12:N0}{Clock(v.Elapsed),9}{Clock(p.Remaining),9}");
    }

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
            _ => $"Stopped after {outcome.Step:N0} steps. Go on with: latent train {experiment.Recipe.Name} --name {folder.Name} --resume",
        });
    }

    internal static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    internal static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Clock(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
