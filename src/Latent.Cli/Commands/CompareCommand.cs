using System.CommandLine;
using System.Text.Json;
using Latent.Cli.Rendering;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Training;

namespace Latent.Cli.Commands;

/// <summary><c>latent compare</c>: evaluated runs by likelihood, if they may be compared at all.</summary>
internal sealed class CompareCommand : LatentCommand
{
    private readonly Argument<string[]> names = new("run") { Arity = ArgumentArity.OneOrMore, Description = "Folders of runs, or their names in the folder of runs; evaluated before (latent eval)." };
    private readonly Option<string> runs = RunOptions.Runs();
    private readonly Option<string?> part = RunOptions.Part();
    private readonly Option<bool> force = new("--force") { Description = "Show runs side by side that do not compare." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };

    public CompareCommand() : base("compare", "Rank evaluated runs by likelihood; refuse what does not compare.")
    {
        Add(names);
        foreach (var option in new Option[] { runs, part, force, json }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent compare vae iwae", "two runs, the better one first"),
        ("latent compare runs/*", "all that have been evaluated"),
        ("latent compare vae iwae --part validation", "to choose by, and keep the test set for later"),
        ("latent compare runs/* --force", "even if their data differ"),
    ];

    public override string Remarks =>
        """
        Likelihoods compare only where data, part, split, preprocessing
        (binarization), levels and examples are the same, and estimates only where
        they come from as many draws. Where they do not, this says why, and how to
        evaluate them alike, and ends with exit code 1.

        Runs without an evaluation are named, and the others compared: two at least.
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var (error, folder, of) = (arguments.InvocationConfiguration.Error, arguments.GetValue(runs)!, arguments.GetValue(part));
        var (reports, lacking) = (new List<(string Run, EvaluationReport Report)>(), new List<(string Run, Exception Why)>());
        foreach (var name in arguments.GetValue(names)!)
        {
            try
            {
                reports.Add((name, Report(name, folder, of)));
            }
            catch (Exception e) when (e is FileNotFoundException or MalformedFileException)
            {
                lacking.Add((name, e));
            }
        }
        foreach (var (_, why) in lacking) error.WriteLine(why.Message);
        if (reports.Count == 0) return ExitCode.Problem;
        var isAlone = reports.Count == 1;
        if (isAlone) error.WriteLine($"'{reports[0].Run}' is the only evaluated run that was named: name another to compare it with, or look at it alone with '{ToEvaluate(reports[0].Run, folder, of)}'.");

        var comparison = Comparison.Of([.. reports.Select(run => run.Report)]);
        var isRefused = comparison.Refusals.Count > 0 && !arguments.GetValue(force);
        if (arguments.GetValue(json))
        {
            var ranking = isRefused ? [] : comparison.Ranking.Select(report => JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
            output.WriteLine(JsonSerializer.Serialize(new { comparable = comparison.Refusals.Count == 0, refusals = comparison.Refusals.Select(refusal => refusal.ToString()), unevaluated = lacking.Select(run => run.Run), ranking }, ReadableJson.Options()));
            return isRefused || isAlone ? ExitCode.Problem : ExitCode.Success;
        }
        if (isAlone) return ExitCode.Problem;
        var said = isRefused ? error : output;
        foreach (var refusal in comparison.Refusals) said.WriteLine(refusal);
        if (isRefused)
        {
            var again = comparison.Remedies.Select(remedy => (reports.Find(run => run.Report == remedy.Report).Run, Like: remedy)).ToList();
            error.WriteLine($"{(again.Count > 0 ? $"Evaluate {Quoted.Names([.. again.Select(run => run.Run)])} again, so that all are measured alike" : "Train them on the same data, prepared alike")}, or show them side by side all the same with --force.");
            foreach (var (run, like) in again) error.WriteLine($"  {ToEvaluate(run, folder, like.Part, like)}");
            return ExitCode.Problem;
        }
        ComparisonTable.Write(Terminal.On(output), comparison);
        return ExitCode.Success;
    }

    private static EvaluationReport Report(string name, string runs, string? part)
    {
        var folder = new RunFolder(Directory.Exists(name) ? name : Path.Combine(runs, name));
        if (!Directory.Exists(folder.Path)) throw new DirectoryNotFoundException($"{RunOptions.Missing(name, runs)}. --runs names another folder of runs.");
        var file = folder.EvaluationOf(part);
        if (!File.Exists(file)) throw new FileNotFoundException($"The run '{name}' has not been evaluated{(file == folder.EvaluationFile ? "" : $" on '{part}'")}: run '{ToEvaluate(name, runs, part)}' first.", file);
        try
        {
            return EvaluationReport.FromJson(File.ReadAllText(file));
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(file, e.LineNumber is { } line ? $"line {line + 1}" : "content", "It is no evaluation.", $"Run '{ToEvaluate(name, runs, part)}' again.");
        }
    }

    /// <summary>The command line that evaluates a run: as the recipe says, or as others were.</summary>
    private static string ToEvaluate(string name, string runs, string? part, Reevaluation? like = null)
    {
        var line = $"latent eval {name}";
        if (!Directory.Exists(name) && runs != RunOptions.DefaultFolder) line += $" --runs {runs}";
        if (part is not (null or "test")) line += $" --part {part}";
        if (like is null) return line;
        if (like.Particles is { } particles) line += $" --particles {particles}";
        return $"{line} --examples {like.Examples}";
    }
}
