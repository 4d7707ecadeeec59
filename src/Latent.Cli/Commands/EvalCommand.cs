using System.CommandLine;
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
        The report is kept in the run's folder as evaluation.json, where
        'latent compare' finds it.
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
        var report = Measure(trained, settings, arguments.GetValue(part), arguments.GetValue(dataRoot), arguments.InvocationConfiguration.Error);
        if (arguments.GetValue(json)) output.WriteLine(report.ToJson());
        else
        {
            EvaluationTable.Write(Terminal.On(output), report);
            if (trained.IsPlanar) output.WriteLine($"Picture: {TrainingTable.Shown(trained.Folder.PlanarFile)}");
        }
        return ExitCode.Success;
    }

    /// <summary>Measures, and keeps the report with the run.</summary>
    internal static EvaluationReport Measure(TrainedRun trained, EvaluationSettings settings, string? part, string? dataRoot, TextWriter error)
    {
        using var progress = new WorkProgress("bound", error);
        var report = trained.Evaluate(settings, part, dataRoot, progress.Begin, progress.Report);
        AtomicFile.Write(trained.Folder.EvaluationFile, report.ToJson() + "\n");
        if (trained.IsPlanar) trained.DrawPlane(trained.Folder.PlanarFile, part, dataRoot);
        return report;
    }
}
