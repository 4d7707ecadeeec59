using System.CommandLine;
using Latent.Catalog;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Cli.Commands;

/// <summary>What the commands that make or use runs have in common.</summary>
internal static class RunOptions
{
    /// <summary>Where runs go if nothing else is said.</summary>
    public const string DefaultFolder = "runs";

    /// <summary>The option <c>--runs</c>.</summary>
    public static Option<string> Runs() => new("--runs") { HelpName = "folder", Description = "The folder of all runs.", DefaultValueFactory = _ => DefaultFolder };

    /// <summary>The option <c>--set</c>.</summary>
    public static Option<string[]> Set() => new("--set") { HelpName = "key=value", Description = "Change a setting of the recipe: model.latent=32. Again for more.", Arity = ArgumentArity.OneOrMore };

    /// <summary>The argument that names a run.</summary>
    public static Argument<string> Run() => new("run") { Description = "The folder of a run, or its name in the folder of runs." };

    /// <summary>The option <c>--checkpoint</c>.</summary>
    public static Option<string?> Checkpoint() => new("--checkpoint") { HelpName = "best|last|file", Description = "Which checkpoint (default: the best, or else the last)." };

    /// <summary>The option <c>--part</c>.</summary>
    public static Option<string?> Part() => new("--part") { HelpName = "part", Description = "Which part of the data: train, validation or test (default: test)." };

    /// <summary>The option <c>--data</c>.</summary>
    public static Option<string?> Data() => new("--data") { HelpName = "set|path", Description = "Other data of the same kind (default: the run's own)." };

    /// <summary>The option <c>--out</c>.</summary>
    public static Option<string?> Out(string kinds) => new("--out") { HelpName = "file", Description = $"Where to: {kinds} (default: in the run's folder)." };

    /// <summary>An option whose value is a number of things to make, up to a million: more at once would not fit in memory.</summary>
    public static Option<long?> Count(string name, string description, int least = 1) => ParsedOption.Of<long>(
        name, "number", description, $"a whole number from {least} to 1000000", word => DataOptions.Number(word, least, 1_000_000));

    /// <summary>Opens a run by its folder, or by its name in the folder of runs.</summary>
    public static TrainedRun Open(string run, string runs, string? checkpoint)
    {
        var named = Path.Combine(runs, run);
        if (!Directory.Exists(run) && !Directory.Exists(named))
            throw new DirectoryNotFoundException($"There is no run '{run}'{Known(runs)}. 'latent train' makes runs; --runs names another folder of them.");
        return TrainedRun.Open(Directory.Exists(run) ? run : named, checkpoint);
    }

    /// <summary>The examples to use a run on; what of a table the model does not know is named.</summary>
    public static Dataset Examples(TrainedRun run, string? data, string? part, string? dataRoot, TextWriter error)
    {
        var examples = run.OpenData(data, part, dataRoot);
        if (examples.UnusedColumns is { Count: > 0 } unused) error.WriteLine($"Note: '{examples.Name}' has more columns than the model knows. {Quoted.Names([.. unused])} {(unused.Count == 1 ? "is" : "are")} not looked at.");
        if (data is not null && run.Data.Scale is not null) NoteStrangeColumns(run, examples, error);
        return examples;
    }

    /// <summary>Names columns that lie far from where they lay in training: they may be in other units.</summary>
    private static void NoteStrangeColumns(TrainedRun run, Dataset examples, TextWriter error)
    {
        const double Far = 10; // standard deviations
        using var scope = TensorScope.Open();
        var means = Batches.InOrder(examples, examples.Count, new(0)).At(0).X.Flatten(1).Mean(0).To(ElementType.Float64).ToArray<double>();
        for (var i = 0; i < means.Length; i++)
        {
            if (Math.Abs(means[i]) < Far) continue;
            var (name, usual, spread) = (run.Data.Columns is { } names ? $"'{names[i]}'" : $"Column {i + 1}", run.Data.Mean![i], run.Data.Scale![i]);
            error.WriteLine(FormattableString.Invariant($"Note: {name} of '{examples.Name}' is {usual + means[i] * spread:G4} on average, and was {usual:G4} ± {spread:G4} in training. Is it in other units?"));
        }
    }

    /// <summary>The command line that goes on with a run.</summary>
    public static string ToGoOn(RunFolder folder) => $"latent train {TrainingTable.Shown(folder.Path)} --resume";

    /// <summary>The runs there are, as part of a sentence.</summary>
    public static string Known(string runs)
    {
        var names = Directory.Exists(runs) ? Directory.EnumerateDirectories(runs).Where(d => File.Exists(Path.Combine(d, "recipe.yaml"))).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList() : [];
        return names.Count == 0 ? $"; '{runs}' has no runs" : $"; '{runs}' has {string.Join(", ", names)}";
    }
}
