using System.CommandLine;
using System.Globalization;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary><c>latent score</c>: log p(x) of each example. Low ones are anomalies.</summary>
internal sealed class ScoreCommand : LatentCommand
{
    private readonly Option<long?> particles = RunOptions.Count("--particles", "Draws per example (default: 100).");
    private readonly Option<ulong?> seed = DataOptions.Seed("Of the draws (default: 0).");
    private readonly Option<string?> target = RunOptions.Out(".csv");
    private readonly RunOnExamples used;

    public ScoreCommand() : base("score", "Write log p(x) of each example, lowest for what looks least like the training data.")
    {
        used = new(this);
        foreach (var option in new Option[] { particles, seed, target }) Add(option);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent score vae --data new.csv --out scores.csv", "a score for each row of a table, in its order"),
        ("latent score vae --particles 1000", "closer, of the test set"),
    ];

    public override string Remarks =>
        """
        A table needs the columns of the training data, by their names in any order,
        or without names in the same order. The column of classes may be there.

        The columns that are written:
          row             in its file or set, counted from 1, the header left out
          log_likelihood  in nats
          kind            exact, or estimate (from draws)

        The least probable rows: sort -t, -k2 -g scores.csv | head
        """;

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        using var trained = used.Open(arguments);
        var file = arguments.GetValue(target) ?? Path.Combine(trained.Folder.Path, "scores.csv");
        if (!file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) throw new ArgumentException($"Scores are written as a table: let '{file}' end in .csv.", nameof(arguments));
        var examples = used.Examples(trained, arguments);
        LogLikelihoods scores;
        using (var progress = new WorkProgress("scores", arguments.InvocationConfiguration.Error))
        using (var replicas = progress.Follow(trained.Replicate()))
            scores = Scores.LogLikelihood(replicas, examples, new Rng(arguments.GetValue(seed) ?? 0).Fork("score"), arguments.GetValue(particles) ?? 100, trained.Data.Standardization);
        var kind = scores.Kind.ToString().ToLowerInvariant();
        CsvTable.Write(file, ["row", "log_likelihood", "kind"], scores.Nats.Select((nats, row) => (IReadOnlyList<string>)[(examples.NumberOf(row) + 1).ToString(CultureInfo.InvariantCulture), nats.ToString("R", CultureInfo.InvariantCulture), kind]));
        output.WriteLine($"{examples.Count} scores, mean {TrainingTable.Number(scores.Nats.Average())} nats: {TrainingTable.Shown(file)}");
        return ExitCode.Success;
    }
}
