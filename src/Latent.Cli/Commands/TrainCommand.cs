using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Latent.Catalog;
using Latent.Cli.Rendering;
using Latent.Training;

namespace Latent.Cli.Commands;

/// <summary><c>latent train</c>: a model of the catalog, or a recipe of the user's, into a folder of its own.</summary>
internal sealed class TrainCommand : LatentCommand
{
    /// <summary>A first look after training takes at most so many test examples; 'latent eval' takes all.</summary>
    private const long QuickExamples = 1000;

    private readonly Argument<string> model = new("model|recipe") { Description = "A model of the catalog (latent models), or the path of a recipe (.yaml)." };
    private readonly Option<string?> data = new("--data") { HelpName = "set|path", Description = "The data: a named set, a file or a folder (data.set of the recipe)." };
    private readonly Option<string?> label = new("--label") { HelpName = "column", Description = "Of a table: the column of classes, which is not modelled (data.label)." };
    private readonly Option<string?> resize = new("--resize") { HelpName = "HxW", Description = "Of pictures: bring them to one size (data.size)." };
    private readonly Option<string?> binarization = new("--binarization") { HelpName = "kind", Description = "Of greys: none, static, dynamic or threshold (data.binarization)." };
    private readonly Option<string?> dataRoot = DataOptions.Root();
    private readonly Option<double?> epochs = ParsedOption.Of<double>(
        "--epochs", "number", "How often to go through the data (training.epochs).", "a number above 0, such as 20 or 0.5",
        word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n > 0 && double.IsFinite(n) ? n : null);
    private readonly Option<ulong?> seed = DataOptions.Seed("Of initial values, orders and noise.");
    private readonly Option<string[]> set = RunOptions.Set();
    private readonly Option<string> runs = RunOptions.Runs();
    private readonly Option<string?> name = new("--name") { HelpName = "name", Description = "The run's name (default: the recipe's, with a number if that is taken)." };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on with the run of this name." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object per event." };

    public TrainCommand() : base("train", "Train a model; stop it and go on as you like.")
    {
        Add(model);
        foreach (var option in new Option[] { data, label, resize, binarization, dataRoot, epochs, seed, set, runs, name, resume, json }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent train vae", "on digits that the program draws"),
        ("latent train vae --data table.csv --epochs 50", "on a table of your own"),
        ("latent train iwae --data mnist --set model.latent=20", "another model, data and setting"),
        ("latent train vae --name vae --resume", "go on after it was stopped"),
    ];

    public override string Remarks =>
        """
        The run's folder:
          recipe.yaml       everything that was decided, to be trained again:
                            latent train runs/NAME/recipe.yaml
          data.json         what is known of the data
          metrics.jsonl     what was measured, a JSON object per line
          events.out.*      the same and the pictures, for TensorBoard
          checkpoints/      the last two and the best
          samples/          pictures
          summary.json      how it ended
          evaluation.json   what it is worth, by its last evaluation

        Ctrl+C ends training after the step that is being made, with a checkpoint.

        Exit code:
          0    trained
          1    a problem: data, recipe or folder; the message says what to do
          2    the command line is not understood
          3    a loss or a gradient is not finite; the step is saved in non-finite/
          130  stopped by a signal, with a checkpoint
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        var isJson = arguments.GetValue(json);
        var source = arguments.GetValue(model)!;
        var settings = new List<string>();
        if (arguments.GetValue(data) is { } chosen) settings.Add($"data.set={Quote(chosen)}");
        if (arguments.GetValue(label) is { } column) settings.Add($"data.label={Quote(column)}");
        if (arguments.GetValue(resize) is { } size) settings.Add($"data.size=[{size.Replace('x', ',')}]");
        if (arguments.GetValue(binarization) is { } kind) settings.Add($"data.binarization={kind}");
        if (arguments.GetValue(epochs) is { } count) settings.Add(FormattableString.Invariant($"training.epochs={count}"));
        if (arguments.GetValue(seed) is { } number) settings.Add(FormattableString.Invariant($"seed={number}"));
        settings.AddRange(arguments.GetValue(set) ?? []);
        var recipe = ModelCatalog.Find(source, settings);
        var folder = Folder(arguments.GetValue(runs)!, arguments.GetValue(name), recipe.Name, arguments.GetValue(resume));
        var experiment = Experiment.Prepare(recipe, arguments.GetValue(dataRoot));

        ITrainingView view = isJson ? new TrainingJson(output, experiment, folder) : new TrainingTable(output, experiment, folder);
        TrainingOutcome outcome;
        try
        {
            outcome = TrainUntilSignal(experiment, folder, arguments.GetValue(resume), view);
        }
        catch (NonFiniteException e)
        {
            arguments.InvocationConfiguration.Error.WriteLine(e.Message);
            arguments.InvocationConfiguration.Error.WriteLine($"With clipped gradients: latent train {TrainingTable.Shown(folder.RecipeFile)} --set training.clip=10");
            return ExitCode.NonFinite;
        }
        if (outcome.Reason == StopReason.Cancelled) return ExitCode.Interrupted;
        using var trained = TrainedRun.Open(folder.Path);
        var evaluation = recipe.Evaluation.Settings;
        view.Show(EvalCommand.Measure(trained, evaluation with { Examples = Math.Min(evaluation.Examples ?? QuickExamples, QuickExamples), InformationExamples = QuickExamples }, null, arguments.GetValue(dataRoot), arguments.InvocationConfiguration.Error));
        return ExitCode.Success;
    }

    /// <summary>Trains; the first signal to stop ends it with a checkpoint, the second the system's own way.</summary>
    private static TrainingOutcome TrainUntilSignal(Experiment experiment, RunFolder folder, bool resume, ITrainingView view)
    {
        using var cancellation = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            if (cancellation.IsCancellationRequested) return;
            context.Cancel = true;
            cancellation.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return experiment.Train(folder, resume, view.Show, cancellation.Token);
    }

    private static string Quote(string word) => $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The run's folder: that of its name, or the first that is free.</summary>
    private static RunFolder Folder(string runs, string? name, string recipe, bool resume)
    {
        if (name is not null && (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\')))
            throw new ArgumentException($"'{name}' cannot be a run's name, which is that of a folder: give a plain name with --name, and the folder around it with --runs.", nameof(name));
        if (name is not null || resume)
        {
            var own = new RunFolder(Path.Combine(runs, name ?? recipe));
            if (resume && !File.Exists(own.RecipeFile)) throw new FileNotFoundException($"There is no run '{own.Path}' to go on with{RunOptions.Known(runs)}. Leave --resume out to begin it, or give another --name or --runs.", own.Path);
            if (!resume && own.LastCheckpoint() is not null) throw new IOException($"The run '{own.Path}' exists. Go on with it (--resume), or give another --name.");
            return own;   // one that was killed before its first checkpoint begins anew
        }
        var free = Path.Combine(runs, recipe);
        for (var i = 2; Directory.Exists(free); i++) free = Path.Combine(runs, $"{recipe}-{i}");
        return new(free);
    }
}
