using System.Globalization;
using Latent.Catalog;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Cli.Tests.Use;

/// <summary><c>latent score</c>: a table in, a number for each of its rows out.</summary>
[Collection(TrainedRuns.Collection)]
public sealed class ScoreTests(TrainedRuns runs) : ScopedTest
{
    private double[] Score(string data, string to, params string[] more)
    {
        CommandRun.Succeeding(["score", "table", .. runs.In, "--data", data, "--out", runs.At(to), .. more]);
        var table = System.IO.File.ReadAllLines(runs.At(to));
        Assert.Equal("row,log_likelihood,kind", table[0]);
        Assert.All(table.Skip(1).Index(), line => Assert.Equal(($"{line.Index + 1}", "estimate"), (line.Item.Split(',')[0], line.Item.Split(',')[2])));
        return [.. table.Skip(1).Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void Rows_are_scored_in_their_order_and_alike_each_time()
    {
        var scores = Score(runs.Table, "scores.csv");
        Score(runs.Table, "again.csv");

        Assert.Equal(TrainedRuns.Rows, scores.Length);
        Assert.Equal(System.IO.File.ReadAllText(runs.At("scores.csv")), System.IO.File.ReadAllText(runs.At("again.csv")));
        using (var trained = TrainedRun.Open(runs["table"].Path))
        using (var replicas = trained.Replicate())
            Assert.Equal(Scores.LogLikelihood(replicas, trained.OpenData(runs.Table), new Rng(0).Fork("score"), 100, trained.Data.Standardization).Nats, scores);

        // Two rows that differ change places.
        var (low, high) = (scores.IndexOf(scores.Min()), scores.IndexOf(scores.Max()));
        var rows = System.IO.File.ReadAllLines(runs.Table);
        (rows[1 + low], rows[1 + high]) = (rows[1 + high], rows[1 + low]);
        System.IO.File.WriteAllLines(runs.At("swapped.csv"), rows);
        var swapped = Score(runs.At("swapped.csv"), "swapped-scores.csv");
        Assert.True(swapped[low] > swapped[high] + 1);
        Assert.Equal(scores.Where((_, i) => i != low && i != high), swapped.Where((_, i) => i != low && i != high));
    }

    [Fact]
    public void Columns_are_matched_by_name_and_those_that_are_new_are_mentioned()
    {
        var scores = Score(runs.Table, "scores.csv");
        System.IO.File.WriteAllLines(runs.At("shuffled.csv"), System.IO.File.ReadLines(runs.Table).Select(line => line.Split(',')).Select((row, i) => $"{row[2]},{(i == 0 ? "name" : "row " + i)},{row[0]},{row[1]}"));
        var (code, _, error) = CommandRun.Of(["score", "table", .. runs.In, "--data", runs.At("shuffled.csv"), "--out", runs.At("shuffled-scores.csv")]);

        Assert.Equal((ExitCode.Success, "Note: 'shuffled.csv' has more columns than the model knows. 'name' is not looked at.\n"), (code, error));
        Assert.Equal(System.IO.File.ReadAllText(runs.At("scores.csv")), System.IO.File.ReadAllText(runs.At("shuffled-scores.csv")));
        Assert.Equal(TrainedRuns.Rows, scores.Length);
    }

    [Fact]
    public void What_does_not_look_like_the_data_scores_lower()
    {
        TrainedRuns.WriteTable(runs.At("like.csv"), 101, seed: 2);
        TrainedRuns.WriteTable(runs.At("unlike.csv"), 101, seed: 3, isShuffled: true);
        var (like, unlike) = (Score(runs.At("like.csv"), "a.csv"), Score(runs.At("unlike.csv"), "b.csv"));

        var auc = like.Average(a => unlike.Average(b => a > b ? 1 : a == b ? 0.5 : 0));
        Assert.True(auc > 0.8, $"AUC {auc}");
    }

    [Fact]
    public void The_test_set_is_what_is_scored_if_nothing_is_named()
    {
        var file = Path.Combine(runs["pictures"].Path, "scores.csv");
        Assert.StartsWith("2000 scores, mean −", CommandRun.Succeeding(["score", "pictures", .. runs.In, "--particles", "3"]), StringComparison.Ordinal);
        Assert.Equal(2001, System.IO.File.ReadLines(file).Count());
    }

    [Fact]
    public void Rows_of_the_test_set_have_the_numbers_that_they_have_in_the_file()
    {
        CommandRun.Succeeding(["score", "table", .. runs.In, "--out", runs.At("test-scores.csv")]);
        var rows = System.IO.File.ReadLines(runs.At("test-scores.csv")).Skip(1).Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).ToList();

        using var trained = TrainedRun.Open(runs["table"].Path);
        using var scope = TensorScope.Open();
        var examples = trained.InOriginalUnits(Tensor.From(trained.OpenData().Values)).ToArray<float>();
        var lines = System.IO.File.ReadAllLines(runs.Table);
        Assert.Equal(21, rows.Distinct().Count());
        Assert.All(rows.Index(), row => Assert.Equal(double.Parse(lines[row.Item].Split(',')[0], CultureInfo.InvariantCulture), examples[3 * row.Index], 1e-5));
    }
}
