using System.CommandLine;
using System.Globalization;
using Latent.Catalog;
using Latent.Cli.Rendering;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent sample</c>: new examples from a trained model.</summary>
internal sealed class SampleCommand : LatentCommand
{
    private readonly Argument<string> run = RunOptions.Run();
    private readonly Option<string> runs = RunOptions.Runs();
    private readonly Option<string?> checkpoint = RunOptions.Checkpoint();
    private readonly Option<long?> count = RunOptions.Count("--count", "How many (default: 64).");
    private readonly Option<string?> @class = new("--class") { HelpName = "class", Description = "Class of all, by its number or word (default: in turn)." };
    private readonly Option<bool> draw = new("--draw") { Description = "Draw each value from the likelihood instead of showing its mean." };
    private readonly Option<ulong?> seed = DataOptions.Seed("Of the draws (default: 0).");
    private readonly Option<string?> dataRoot = DataOptions.Root();
    private readonly Option<string?> target = RunOptions.Out(ExampleFile.Kinds);

    public SampleCommand() : base("sample", "Make new examples.")
    {
        Add(run);
        foreach (var option in new Option[] { runs, checkpoint, count, @class, draw, seed, dataRoot, target }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent sample vae", "64 pictures; of points the density too"),
        ("latent sample vae --count 10000 --draw --out samples.npz", "an array for other programs"),
    ];

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = RunOptions.Open(arguments.GetValue(run)!, arguments.GetValue(runs)!, arguments.GetValue(checkpoint));
        var file = ExampleFile.Choose(arguments.GetValue(target), trained, "samples", drawsPlane: true);
        if (trained.IsPlanar && ExampleFile.IsPicture(file))
        {
            trained.DrawPlane(file, dataRoot: arguments.GetValue(dataRoot), seed: arguments.GetValue(seed) ?? 0);
            output.WriteLine($"Data, samples and density: {TrainingTable.Shown(file)}");
            return ExitCode.Success;
        }
        using var scope = TensorScope.Open();
        var number = arguments.GetValue(count) ?? 64;
        int? ofClass = arguments.GetValue(@class) is { } word ? Class(trained, word) : null;
        var examples = trained.Samples(number, new Rng(arguments.GetValue(seed) ?? 0).Fork("sample"), arguments.GetValue(draw), ofClass);
        ExampleFile.Write(file, trained, examples, SampledClasses.Of(trained.Recipe.Model, trained.Data.Summary, number, ofClass)?.ToArray<long>());
        output.WriteLine($"{examples.Size(0)} samples: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }

    /// <summary>The number of a class, of which the data may have words.</summary>
    private static int Class(TrainedRun run, string word)
    {
        var names = run.Data.ClassNames ?? [];
        for (var i = 0; i < names.Count; i++)
            if (names[i] == word) return i;
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (names.Count == 0 || number < names.Count)
            ? number
            : throw new ArgumentException(names.Count > 0 ? $"There is no class '{word}'; the classes are {Quoted.Names([.. names])}." : $"'{word}' is no class: give its number, from 0 on.", nameof(word));
    }
}
