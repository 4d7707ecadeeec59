using System.CommandLine;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent reconstruct</c>: examples after encoding and decoding.</summary>
internal sealed class ReconstructCommand : LatentCommand
{
    private const int Columns = 16;

    private readonly Option<long?> count = RunOptions.Count("--count", "How many examples, at equal distances (default: 32).");
    private readonly Option<bool> draw = new("--draw") { Description = "Draw each value from the likelihood instead of showing its mean." };
    private readonly Option<ulong?> seed = DataOptions.Seed("Of the draws (default: 0).");
    private readonly Option<string?> target = RunOptions.Out(ExampleFile.Kinds);
    private readonly RunOnExamples used;

    public ReconstructCommand() : base("reconstruct", "Encode examples and decode them again; a picture shows both.")
    {
        used = new(this);
        foreach (var option in new Option[] { count, draw, seed, target }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent reconstruct vae", "pictures, each above its reconstruction"),
        ("latent reconstruct vae --data table.csv --out back.csv", "rows of a table"),
    ];

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = used.OpenWithCodes(arguments);
        var examples = used.Examples(trained, arguments).Strided(arguments.GetValue(count) ?? 32);
        using var scope = TensorScope.Open();
        var rng = new Rng(arguments.GetValue(seed) ?? 0).Fork("reconstruct");
        var x = Batches.InOrder(examples, examples.Count, rng).At(0).X;
        var reconstructions = Generation.Reconstructions(trained.Model, x, rng, arguments.GetValue(draw));
        var file = ExampleFile.Choose(arguments.GetValue(target), trained, "reconstructions");
        if (ExampleFile.IsPicture(file)) ExampleFile.WriteGrid(file, Generation.Pairs(x, reconstructions, Columns), (int)Math.Min(Columns, x.Size(0)));
        else ExampleFile.Write(file, trained, reconstructions);
        output.WriteLine($"{x.Size(0)} reconstructions{(ExampleFile.IsPicture(file) ? ", each below its original" : "")}: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }
}
