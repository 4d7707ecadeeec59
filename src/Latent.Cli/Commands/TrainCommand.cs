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

    private readonly Argument<string> model = new("model|recipe") { Description = "A model (latent models), a recipe (.yaml), or with --resume a run." };
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
    private readonly Option<bool> resume = new("--resume") { Description = "Go on with a run, by its own recipe." };
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
        ("latent train iwae --set training.from=runs/vae", "begin with the parameters of another run"),
        ("latent train runs/vae --resume", "go on with a run that was stopped"),
        ("latent train runs/vae --resume --epochs 40", "go on with one that is done"),
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
          evaluation.json   what it is worth, by its fullest evaluation

        Ctrl+C ends training after the step that is being made, with a checkpoint.
        --resume goes on from there, to the same numbers. It takes the run's own
        recipe; what may change is how long it lasts (training.epochs, patience,
        validate, checkpointMinutes).

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
        var changes = Changes(arguments).ToList();
        var (recipe, folder) = arguments.GetValue(resume)
            ? ToGoOn(source, arguments.GetValue(name), arguments.GetValue(runs)!, changes)
            : ToBegin(source, arguments.GetValue(name), arguments.GetValue(runs)!, changes);
        folder.CheckIsFree();   // to read the data may take long
        var experiment = Experiment.Prepare(recipe, arguments.GetValue(dataRoot));
        foreach (var note in DegenerateColumns.Notes(experiment.Data.Train)) arguments.InvocationConfiguration.Error.WriteLine(note);

        ITrainingView view = isJson ? new TrainingJson(output, experiment, folder) : new TrainingTable(output, experiment, folder);
        TrainingOutcome outcome;
        try
        {
            if (arguments.GetValue(resume) && folder.LastCheckpoint() is null) arguments.InvocationConfiguration.Error.WriteLine($"'{TrainingTable.Shown(folder.Path)}' has no checkpoint to go on from, and begins anew. One is written every {recipe.Training.CheckpointMinutes} minutes, and when training ends or is stopped.");
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
        // The signal then ends the process, as it would without this.
        void SayHowToMeasure(PosixSignalContext _) =>
            arguments.InvocationConfiguration.Error.WriteLine($"{(Terminal.IsLive(arguments.InvocationConfiguration.Error) ? "\r\e[K" : "")}Stopped before the model was measured. It is trained; measure it with: latent eval {TrainingTable.Shown(folder.Path)}");
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, SayHowToMeasure);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, SayHowToMeasure);
        EvalCommand.Measure(
            trained, evaluation with { Examples = Math.Min(evaluation.Examples ?? QuickExamples, QuickExamples), InformationExamples = QuickExamples },
            null, arguments.GetValue(dataRoot), arguments.InvocationConfiguration.Error, view.Show, view.Show);
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

    /// <summary>What the command line changes in the recipe: as it was typed, and as a setting.</summary>
    private IEnumerable<(string Typed, string Setting)> Changes(ParseResult arguments)
    {
        if (arguments.GetValue(data) is { } chosen) yield return ($"--data {chosen}", $"data.set={Quote(chosen)}");
        if (arguments.GetValue(label) is { } column) yield return ($"--label {column}", $"data.label={Quote(column)}");
        if (arguments.GetValue(resize) is { } size) yield return ($"--resize {size}", $"data.size=[{size.Replace('x', ',')}]");
        if (arguments.GetValue(binarization) is { } kind) yield return ($"--binarization {kind}", $"data.binarization={kind}");
        if (arguments.GetValue(epochs) is { } count) yield return (FormattableString.Invariant($"--epochs {count}"), FormattableString.Invariant($"training.epochs={count}"));
        if (arguments.GetValue(seed) is { } number) yield return (FormattableString.Invariant($"--seed {number}"), FormattableString.Invariant($"seed={number}"));
        foreach (var setting in arguments.GetValue(set) ?? []) yield return ($"--set {setting}", setting);
    }

    private static (Recipe Recipe, RunFolder Folder) ToBegin(string source, string? name, string runs, IReadOnlyList<(string Typed, string Setting)> changes)
    {
        if (!ModelCatalog.Names.Contains(source) && File.Exists(new RunFolder(source).RecipeFile))
            throw new ArgumentException($"'{source}' is a run: go on with it by 'latent train {source} --resume', or train its recipe again by 'latent train {Path.Combine(source, "recipe.yaml")}'.", nameof(source));
        var recipe = ModelCatalog.Find(source, changes.Select(change => change.Setting));
        return (recipe, NewFolder(runs, name, recipe.Name));
    }

    /// <summary>A run to go on with, and its own recipe, made longer or shorter.</summary>
    private static (Recipe Recipe, RunFolder Folder) ToGoOn(string source, string? name, string runs, IReadOnlyList<(string Typed, string Setting)> changes)
    {
        CheckName(name);
        var folder = name is not null ? new(Path.Combine(runs, name)) : Named(source, runs);
        if (!File.Exists(folder.RecipeFile)) throw new FileNotFoundException($"There is no run '{folder.Path}' to go on with{RunOptions.Known(runs)}. Leave --resume out to begin it, or give another --name or --runs.", folder.Path);
        var own = ModelCatalog.Yaml.ReadFile<Recipe>(folder.RecipeFile);
        var settings = changes.Select(change => change.Setting);
        if (ModelCatalog.IsFile(source) && Path.GetFullPath(source) != folder.RecipeFile) return (ModelCatalog.Find(source, settings), folder); // the trainer refuses another
        if (name is not null && !ModelCatalog.IsFile(source) && source != own.Name && Named(source, runs).Path != folder.Path)
            throw new ArgumentException($"The run '{folder.Path}' trains '{own.Name}', not '{source}'. Go on with it by 'latent train {TrainingTable.Shown(folder.Path)} --resume', or begin another under another --name, without --resume.", nameof(source));
        var recipe = ModelCatalog.Yaml.With(own, settings);
        if (recipe.GoesOnFrom(own)) return (recipe, folder);
        var contradictory = changes.Where(change => !ModelCatalog.Yaml.With(own, change.Setting).GoesOnFrom(own)).Select(change => $"'{change.Typed}'");
        throw new ArgumentException($"The run '{folder.Path}' goes on as it began, and {string.Join(", ", contradictory)} would change its numbers. Leave that out, or begin another run under another --name, without --resume.", nameof(changes));
    }

    /// <summary>The run that a word means: a folder, or its name in the folder of runs, or that of a recipe.</summary>
    private static RunFolder Named(string word, string runs)
    {
        if (!ModelCatalog.IsFile(word)) return new(File.Exists(new RunFolder(word).RecipeFile) ? word : Path.Combine(runs, word));
        var around = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(word))!);
        return around.LastCheckpoint() is not null ? around : new(Path.Combine(runs, ModelCatalog.Find(word).Name));
    }

    /// <summary>The folder of a new run: that of its name, or the first that is free.</summary>
    private static RunFolder NewFolder(string runs, string? name, string recipe)
    {
        CheckName(name);
        if (name is not null)
        {
            var own = new RunFolder(Path.Combine(runs, name));
            if (own.LastCheckpoint() is not null) throw new IOException($"The run '{own.Path}' exists. Go on with it by 'latent train {TrainingTable.Shown(own.Path)} --resume', or give another --name.");
            return own;   // one that was killed before its first checkpoint begins anew
        }
        var free = Path.Combine(runs, recipe);
        for (var i = 2; Directory.Exists(free); i++) free = Path.Combine(runs, $"{recipe}-{i}");
        return new(free);
    }

    private static void CheckName(string? name)
    {
        if (name is not null && (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\')))
            throw new ArgumentException($"'{name}' cannot be a run's name, which is that of a folder: give a plain name with --name, and the folder around it with --runs.", nameof(name));
    }
}
