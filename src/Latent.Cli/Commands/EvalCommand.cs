using System.CommandLine;
using System.Text.Json;
using Latent.Catalog;
using Latent.Cli.Rendering;
using Latent.Evaluation;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent eval</c>: how good a trained model is, on the yardstick of all models.</summary>
internal sealed class EvalCommand : LatentCommand
{
    private readonly Argument<string> run = RunOptions.Run();
    private readonly Option<string> runs = RunOptions.Runs();
    private readonly Option<string?> checkpoint = RunOptions.Checkpoint();
    private readonly Option<string?> part = RunOptions.Part();
    private readonly Option<string?> dataRoot = DataOptions.Root();
    private readonly Option<long?> particles = RunOptions.Count("--particles", "Draws per example for log p(x) (default: the recipe's).");
    private readonly Option<long?> examples = RunOptions.Count("--examples", "At most so many, at equal distances (default: the recipe's).");
    private readonly Option<ulong?> seed = DataOptions.Seed("Of the draws, and of dynamic binarization (default: 0).");
    private readonly Option<bool> ais = new("--ais") { Description = "Check by annealed importance sampling, on 100 examples." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead." };

    public EvalCommand() : base("eval", "Measure a trained model: log-likelihood, bound, information, collapse.")
    {
        Add(run);
        foreach (var option in new Option[] { runs, checkpoint, part, dataRoot, particles, examples, seed, ais, json }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent eval vae", "the run runs/vae on its test set"),
        ("latent eval vae --particles 5000 --examples 2000", "closer, on fewer examples"),
        ("latent eval vae --ais", "with a second opinion from annealing"),
        ("latent eval vae --json | jq .likelihood", "for a script"),
    ];

    public override string Remarks =>
        """
        Of each part of the data the run's folder keeps the fullest report, where
        'latent compare' finds it: evaluation.json of the test set, else
        evaluation-PART.json. One of fewer examples or draws is shown and not kept,
        unless the run was trained on since.
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = RunOptions.Open(arguments.GetValue(run)!, arguments.GetValue(runs)!, arguments.GetValue(checkpoint));
        var recipe = trained.Recipe.Evaluation.Settings;
        var settings = recipe with
        {
            Particles = arguments.GetValue(particles) ?? recipe.Particles,
            Examples = arguments.GetValue(examples) ?? recipe.Examples,
            Seed = arguments.GetValue(seed) ?? 0,
            Annealing = arguments.GetValue(ais) ? new AnnealedImportanceSampling() : null,
        };
        var (isJson, console) = (arguments.GetValue(json), Terminal.On(output));
        void Head(EvaluationProtocol protocol)
        {
            if (!isJson) EvaluationTable.WriteHead(console, trained.Folder.Name, protocol);
        }
        void Show(EvaluationReport report)
        {
            if (isJson) output.WriteLine(report.ToJson());
            else EvaluationTable.Write(console, report);
            if (!isJson && trained.IsPlanar) output.WriteLine($"Picture: {TrainingTable.Shown(trained.Folder.PlanarFile)}");
        }
        Measure(trained, settings, arguments.GetValue(part), arguments.GetValue(dataRoot), arguments.InvocationConfiguration.Error, Head, Show, isOfAny: arguments.GetValue(checkpoint) is not null);
        return ExitCode.Success;
    }

    /// <summary>Measures, and keeps the report with the run unless the run has a fuller one.</summary>
    /// <param name="trained">The run.</param>
    /// <param name="settings">How closely.</param>
    /// <param name="part">Which part of the data; null for the usual one.</param>
    /// <param name="dataRoot">The folder of the named sets.</param>
    /// <param name="error">Where progress is shown, and said that the report is not kept.</param>
    /// <param name="began">Hears what is measured on, before that is done.</param>
    /// <param name="done">Hears what came of it.</param>
    /// <param name="isOfAny">Whether the checkpoint is one that was asked for, and perhaps not the one that stands for the run.</param>
    internal static void Measure(
        TrainedRun trained, EvaluationSettings settings, string? part, string? dataRoot, TextWriter error,
        Action<EvaluationProtocol> began, Action<EvaluationReport> done, bool isOfAny = false)
    {
        EvaluationReport report;
        using (var progress = new WorkProgress("bound", error)) report = trained.Evaluate(settings, part, dataRoot, began, progress.Begin, progress.Report);
        var file = trained.Folder.EvaluationOf(part);
        var fuller = Kept(file) is { } kept && kept.IsFullerThan(report) && (isOfAny || kept.Model.Step == report.Model.Step) ? kept : null;
        if (fuller is null) AtomicFile.Write(file, report.ToJson() + "\n");
        if (trained.IsPlanar) trained.DrawPlane(trained.Folder.PlanarFile, part, dataRoot);
        done(report);
        if (fuller is not null)
            error.WriteLine($"Note: this evaluation is not kept, since the run has a fuller one: {fuller.Protocol.Selection}{(fuller.Likelihood?.Particles is { } draws ? $", {draws} draws each" : "")}. To keep another, remove {TrainingTable.Shown(file)} first.");
    }

    /// <summary>The report that a run has; null if it has none that can be read.</summary>
    private static EvaluationReport? Kept(string file)
    {
        try
        {
            return File.Exists(file) ? EvaluationReport.FromJson(File.ReadAllText(file)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
