using System.CommandLine;
using Latent.Catalog;
using Latent.Cli.Rendering;
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
            throw new DirectoryNotFoundException($"{Missing(run, runs)}. 'latent train' makes runs; --runs names another folder of them.");
        return TrainedRun.Open(Directory.Exists(run) ? run : named, checkpoint);
    }

    /// <summary>The command line that goes on with a run.</summary>
    public static string ToGoOn(RunFolder folder) => $"latent train {TrainingTable.Shown(folder.Path)} --resume";

    /// <summary>That there is no such run, and which there are: a sentence without its end.</summary>
    public static string Missing(string run, string runs) => $"There is no run '{run}'{(File.Exists(run) ? ", which is a file and no folder" : "")}{Known(runs)}";

    /// <summary>The runs there are, as part of a sentence.</summary>
    public static string Known(string runs)
    {
        if (File.Exists(runs)) return $"; '{runs}' is a file, and no folder of runs";
        var names = Directory.Exists(runs) ? Directory.EnumerateDirectories(runs).Where(d => File.Exists(Path.Combine(d, "recipe.yaml"))).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList() : [];
        return names.Count == 0 ? $"; '{runs}' has no runs" : $"; '{runs}' has {string.Join(", ", names)}";
    }
}
