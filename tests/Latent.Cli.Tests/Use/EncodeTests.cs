using Latent.Catalog;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Cli.Tests.Use;

/// <summary><c>latent encode</c>: the numbers of <see cref="Encoding"/>, as arrays and as a table.</summary>
[Collection(TrainedRuns.Collection)]
public sealed class EncodeTests(TrainedRuns runs) : ScopedTest
{
    private EncodedLatent Encoded(string run, string? source = null, string? part = null)
    {
        using var trained = TrainedRun.Open(runs[run].Path);
        using var replicas = trained.Replicate();
        return Assert.Single(Encoding.Of(replicas, trained.OpenData(source, part), new Rng(0).Fork("encode")));
    }

    [Fact]
    public void Codes_of_pictures_are_arrays()
    {
        var file = Path.Combine(runs["pictures"].Path, "codes.npz");
        Assert.Equal($"2000 codes: {file}\n", CommandRun.Succeeding(["encode", "pictures", .. runs.In, "--part", "validation"]));

        using var arrays = NpzFile.Open(file);
        var expected = Encoded("pictures", part: "validation");
        Assert.Equal(["z/mean", "z/scale"], arrays.Names.Order());
        Assert.Equal([2000, 3], arrays.Read("z/mean").Shape.AsSpan().ToArray());
        Assert.Equal(expected.Means.Values<float>(), arrays.Read("z/mean").Values<float>());
        Assert.Equal(expected.Scales.Values<float>(), arrays.Read("z/scale").Values<float>());
    }

    [Fact]
    public void Codes_of_a_table_are_a_row_for_each_of_its_rows_with_its_class()
    {
        var file = runs.At("codes.csv");
        Assert.Equal($"{TrainedRuns.Rows} codes: {file}\n", CommandRun.Succeeding(["encode", "table", .. runs.In, "--data", runs.Table, "--out", file]));

        var table = CsvTable.Read(file);
        var expected = Encoded("table", runs.Table);
        Assert.Equal(["z1", "z2", "z3", "z1_scale", "z2_scale", "z3_scale", "label"], table.Columns);
        for (var d = 0; d < 3; d++)
        {
            Assert.Equal(Column(expected.Means, d), table.Column($"z{d + 1}").Select(x => (float)x));
            Assert.Equal(Column(expected.Scales, d), table.Column($"z{d + 1}_scale").Select(x => (float)x));
        }
        Assert.Equal(Enumerable.Range(0, TrainedRuns.Rows).Select(i => i % 3.0), table.Column("label"));

        static IEnumerable<float> Column(HostArray array, int column) => array.Values<float>().ToArray().Where((_, i) => i % 3 == column);
    }

    [Fact]
    public void Words_for_classes_stay_words()
    {
        System.IO.File.WriteAllLines(runs.At("words.csv"), System.IO.File.ReadLines(runs.Table).Take(4).Select((line, i) => i == 0 ? line : line[..line.LastIndexOf(',')] + (i == 2 ? ",good" : ",bad")));
        CommandRun.Succeeding(["encode", "table", .. runs.In, "--data", runs.At("words.csv"), "--out", runs.At("word-codes.csv")]);

        Assert.Equal(["label", "bad", "good", "bad"], System.IO.File.ReadLines(runs.At("word-codes.csv")).Select(line => line.Split(',')[^1]));
    }

    [Fact]
    public void Classes_come_along_as_an_array_too()
    {
        var file = runs.At("labelled.npz");
        CommandRun.Succeeding(["encode", "table", .. runs.In, "--data", runs.Table, "--out", file]);

        using var arrays = NpzFile.Open(file);
        Assert.Equal(["label", "z/mean", "z/scale"], arrays.Names.Order());
        Assert.Equal(Enumerable.Range(0, TrainedRuns.Rows).Select(i => i % 3), arrays.Read("label").Values<int>().ToArray());
    }
}
