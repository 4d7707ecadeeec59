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
    private readonly Option<bool> force = new("--force") { Description = "Show runs side by side that do not compare." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };

    public CompareCommand() : base("compare", "Rank evaluated runs by likelihood; refuse what does not compare.")
    {
        Add(names);
        foreach (var option in new Option[] { runs, force, json }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent compare vae iwae", "two runs, the better one first"),
        ("latent compare runs/* --force", "all, even if their data differ"),
    ];

    public override string Remarks =>
        """
        Likelihoods compare only where data, part, split, preprocessing
        (binarization), levels and examples are the same. Where they are not, this
        says why and ends with exit code 1.
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var comparison = Comparison.Of([.. arguments.GetValue(names)!.Select(name => Report(name, arguments.GetValue(runs)!))]);
        var isRefused = comparison.Refusals.Count > 0 && !arguments.GetValue(force);
        if (arguments.GetValue(json))
        {
            var ranking = isRefused ? [] : comparison.Ranking.Select(report => JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
            output.WriteLine(JsonSerializer.Serialize(new { comparable = comparison.Refusals.Count == 0, refusals = comparison.Refusals.Select(refusal => refusal.ToString()), ranking }, ReadableJson.Options()));
            return isRefused ? ExitCode.Problem : ExitCode.Success;
        }
        var said = isRefused ? arguments.InvocationConfiguration.Error : output;
        foreach (var refusal in comparison.Refusals) said.WriteLine(refusal);
        if (isRefused)
        {
            said.WriteLine("Evaluate them alike, or show them side by side all the same with --force.");
            return ExitCode.Problem;
        }
        ComparisonTable.Write(Terminal.On(output), comparison);
        return ExitCode.Success;
    }

    private static EvaluationReport Report(string name, string runs)
    {
        var folder = new RunFolder(Directory.Exists(name) ? name : Path.Combine(runs, name));
        if (!Directory.Exists(folder.Path)) throw new DirectoryNotFoundException($"There is no run '{name}'{RunOptions.Known(runs)}. --runs names another folder of runs.");
        if (!File.Exists(folder.EvaluationFile)) throw new FileNotFoundException($"The run '{name}' has not been evaluated: run 'latent eval {name}' first.", folder.EvaluationFile);
        try
        {
            return EvaluationReport.FromJson(File.ReadAllText(folder.EvaluationFile));
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(folder.EvaluationFile, e.LineNumber is { } line ? $"line {line + 1}" : "content", "It is no evaluation.", $"Run 'latent eval {name}' again.");
        }
    }
}
