using System.CommandLine;
using System.Globalization;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent encode</c>: the codes of examples, as features for something else.</summary>
internal sealed class EncodeCommand : LatentCommand
{
    private readonly Option<ulong?> seed = DataOptions.Seed("Of what is drawn (default: 0).");
    private readonly Option<string?> target = RunOptions.Out(".npz or .csv");
    private readonly RunOnExamples used;

    public EncodeCommand() : base("encode", "Write the codes of examples: means and standard deviations of q(z|x).")
    {
        used = new(this);
        foreach (var option in new Option[] { seed, target }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent encode vae", "the codes of the test set, as arrays"),
        ("latent encode vae --data table.csv --out codes.csv", "a row of codes for each row of a table"),
    ];

    public override string Remarks =>
        """
        NPZ: arrays z/mean and z/scale [examples, *event] for each latent variable z,
             and label, if known.
        CSV: columns z1, z2, … (means), z1_scale, z2_scale, … and label,
             a word where the data have words.
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = used.OpenWithCodes(arguments);
        var file = arguments.GetValue(target) ?? Path.Combine(trained.Folder.Path, "codes.npz");
        var isTable = Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".npz" => false,
            ".csv" => true,
            _ => throw new ArgumentException($"'{file}' does not say what kind of file to write: let it end in .npz or .csv.", nameof(arguments)),
        };
        var examples = used.Examples(trained, arguments);
        IReadOnlyList<EncodedLatent> latents;
        using (var progress = new WorkProgress("codes", arguments.InvocationConfiguration.Error))
        using (var replicas = progress.Follow(trained.Replicate())) latents = Encoding.Of(replicas, examples, new Rng(arguments.GetValue(seed) ?? 0).Fork("encode"));
        if (isTable) WriteTable(file, latents, examples);
        else WriteArrays(file, latents, examples);
        output.WriteLine($"{examples.Count} codes: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }

    private static void WriteArrays(string file, IReadOnlyList<EncodedLatent> latents, Dataset examples)
    {
        var arrays = new Dictionary<string, HostArray>();
        foreach (var latent in latents) (arrays[$"{latent.Name}/mean"], arrays[$"{latent.Name}/scale"]) = (latent.Means, latent.Scales);
        if (examples.Labels is { } labels) arrays["label"] = HostArray.From<int>([.. labels], [examples.Count]);
        NpzFile.Write(file, arrays);
    }

    private static void WriteTable(string file, IReadOnlyList<EncodedLatent> latents, Dataset examples)
    {
        var columns = new List<(string Name, Func<int, string> Cell)>();
        foreach (var latent in latents)
        {
            var width = (int)latent.Means.Shape[1..].Elements;
            foreach (var (suffix, array) in new[] { ("", latent.Means), ("_scale", latent.Scales) })
                for (var d = 0; d < width; d++)
                {
                    var column = d;
                    columns.Add(($"{latent.Name}{d + 1}{suffix}", row => array.Values<float>()[row * width + column].ToString("R", CultureInfo.InvariantCulture)));
                }
        }
        if (examples.Labels is { } labels) columns.Add(("label", row => examples.ClassNames.ElementAtOrDefault(labels[row]) ?? labels[row].ToString(CultureInfo.InvariantCulture)));
        CsvTable.Write(file, [.. columns.Select(column => column.Name)], Enumerable.Range(0, (int)examples.Count).Select(row => (IReadOnlyList<string>)[.. columns.Select(column => column.Cell(row))]));
    }
}
