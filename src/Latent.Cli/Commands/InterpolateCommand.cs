using System.CommandLine;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent interpolate</c>: what lies between two examples.</summary>
internal sealed class InterpolateCommand : LatentCommand
{
    private readonly Option<long?> pairs = RunOptions.Count("--pairs", "How many pairs of examples (default: 8).");
    private readonly Option<long?> steps = RunOptions.Count("--steps", "How many examples on each line, both ends included (default: 10).", least: 2);
    private readonly Option<ulong?> seed = DataOptions.Seed("Of what is drawn (default: 0).");
    private readonly Option<string?> target = RunOptions.Out(ExampleFile.Kinds);
    private readonly RunOnExamples used;

    public InterpolateCommand() : base("interpolate", "Go from one example's code to another's on a straight line.")
    {
        used = new(this);
        foreach (var option in new Option[] { pairs, steps, seed, target }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent interpolate vae", "8 rows of 10 pictures"),
        ("latent interpolate vae --pairs 3 --steps 16 --out between.png", "longer lines"),
    ];

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = used.OpenWithCodes(arguments);
        var lines = arguments.GetValue(pairs) ?? 8;
        var length = checked((int)(arguments.GetValue(steps) ?? 10));
        var examples = used.Examples(trained, arguments).Strided(2 * lines);
        if (examples.Count < 2) throw new ArgumentException($"'{examples.Name}' has one example, and a line needs two.", nameof(arguments));
        using var scope = TensorScope.Open();
        var rng = new Rng(arguments.GetValue(seed) ?? 0).Fork("interpolate");
        var x = Batches.InOrder(examples, examples.Count, rng).At(0).X;
        var half = x.Size(0) / 2;
        var between = Generation.Interpolations(trained.Model, x.Narrow(0, 0, half), x.Narrow(0, half, half), length, rng); // [N, M, *event]
        var file = ExampleFile.Choose(arguments.GetValue(target), trained, "interpolations");
        if (ExampleFile.IsPicture(file)) ExampleFile.WriteGrid(file, between.Flatten(0, 1), length);
        else ExampleFile.Write(file, trained, between.Flatten(0, 1));
        output.WriteLine($"{half} lines of {length}: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }
}
