using System.CommandLine;
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
    private readonly Option<int?> @class = new("--class") { Description = "Class of all, where the model has one (default: in turn)." };
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
        var examples = trained.Samples(arguments.GetValue(count) ?? 64, new Rng(arguments.GetValue(seed) ?? 0).Fork("sample"), arguments.GetValue(draw), arguments.GetValue(@class));
        ExampleFile.Write(file, trained, examples);
        output.WriteLine($"{examples.Size(0)} samples: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }
}
