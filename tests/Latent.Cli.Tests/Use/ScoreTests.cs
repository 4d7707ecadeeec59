using Latent.Catalog;
using Latent.Data;
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
        return CsvTable.Read(runs.At(to)).Column("log_likelihood");
    }

    [Fact]
    public void Rows_are_scored_in_their_order_and_alike_each_time()
    {
        var scores = Score(runs.Table, "scores.csv");
        Score(runs.Table, "again.csv");

        Assert.Equal(TrainedRuns.Rows, scores.Length);
        Assert.Equal(System.IO.File.ReadAllText(runs.At("scores.csv")), System.IO.File.ReadAllText(runs.At("again.csv")));
        using var trained = TrainedRun.Open(runs["table"].Path);
        using var replicas = trained.Replicate();
        Assert.Equal(Scores.LogLikelihood(replicas, trained.OpenData(runs.Table), new Rng(0).Fork("score"), 100, trained.Data.Standardization).Nats, scores);

        var rows = System.IO.File.ReadAllLines(runs.Table);
        System.IO.File.WriteAllLines(runs.At("swapped.csv"), [rows[0], rows[2], rows[1], .. rows[3..]]);
        var swapped = Score(runs.At("swapped.csv"), "swapped-scores.csv", "--particles", "3000");
        var precise = Score(runs.Table, "precise.csv", "--particles", "3000");
        Assert.True(Math.Abs(precise[0] - precise[1]) > 0.5, "the first rows must differ for this to say anything");
        Assert.Equal(precise[0], swapped[1], 0.1);
        Assert.Equal(precise[1], swapped[0], 0.1);
        Assert.Equal(precise[2..], swapped[2..]);
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
}
