using Latent.Catalog;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;

namespace Latent.Cli.Tests.Use;

/// <summary><c>latent sample</c>, <c>reconstruct</c> and <c>interpolate</c>: pictures of the right size, and the numbers of <see cref="Generation"/>.</summary>
[Collection(TrainedRuns.Collection)]
public sealed class GenerationTests(TrainedRuns runs) : ScopedTest
{
    /// <summary>A picture of 8 pixels a side is magnified 7 times, and has 2 pixels of grey on its left and above.</summary>
    private const int Pitch = 7 * 8 + 2;

    private string File(string run, string name) => Path.Combine(runs[run].Path, name);

    private static long[] SizeOfPicture(string file)
    {
        using var scope = TensorScope.Open();
        return ImageFile.Read(file).Shape.AsSpan().ToArray();
    }

    private static HostArray Array(string file)
    {
        using var opened = NpzFile.Open(file);
        Assert.Equal(["x"], opened.Names);
        return opened.Read("x");
    }

    /// <summary>A table's columns one after the other.</summary>
    private static float[] Columns(string file, params string[] names)
    {
        var table = CsvTable.Read(file);
        Assert.Equal(names, table.Columns);
        return [.. names.SelectMany(table.Column).Select(value => (float)value)];
    }

    /// <summary>What the library makes, column by column.</summary>
    private float[] Made(string run, Func<TrainedRun, Tensor> make)
    {
        using var trained = TrainedRun.Open(runs[run].Path);
        using var scope = TensorScope.Open();
        return trained.InOriginalUnits(make(trained)).Transpose(0, 1).ToArray<float>();
    }

    private static Tensor Examples(TrainedRun trained, string? source, long count, Rng rng) =>
        Batches.InOrder(trained.OpenData(source).Strided(count), count, rng).At(0).X;

    [Fact]
    public void A_class_is_asked_for_by_its_word_or_number()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllLines(folder.At("table.csv"), ["a,b,kind", .. Enumerable.Range(0, 40).Select(i => $"{i % 2},{i / 2 % 2},{(i % 2 == 0 ? "even" : "odd")}")]);
        string[] place = ["--runs", folder.At("runs")];
        var trained = CommandRun.Succeeding(["train", "made", "--data", folder.At("table.csv"), "--label", "kind", "--set", "model.conditional=true", "--set", "training.batch=8", "--epochs", "2", "--name", "made", .. place]);
        Assert.Contains("\n  log p(x|class) = ", trained, StringComparison.Ordinal);
        Assert.Matches(@"^run +model +log p\(x\|class\) ", CommandRun.Succeeding(["compare", "made", "made", .. place]));
        string Drawn(string word)
        {
            var file = folder.At($"{word}.csv");
            CommandRun.Succeeding(["sample", "made", "--draw", "--class", word, "--out", file, .. place]);
            return System.IO.File.ReadAllText(file);
        }

        Assert.Equal(Drawn("1"), Drawn("odd"));
        Assert.Equal(["a,b,kind", .. Enumerable.Repeat("odd", 64)], Drawn("odd").TrimEnd().Split('\n').Select((line, i) => i == 0 ? line : line.Split(',')[2]));
        var (table, arrays) = (folder.At("in-turn.csv"), folder.At("in-turn.npz"));
        foreach (var file in new[] { table, arrays }) CommandRun.Succeeding(["sample", "made", "--count", "3", "--out", file, .. place]);
        Assert.Equal(["kind", "even", "odd", "even"], System.IO.File.ReadLines(table).Select(line => line.Split(',')[2]));
        Assert.Equal([0, 1, 0], Latent.Data.DataFile.Read(new() { Source = arrays }).Labels!);
        Assert.NotEqual(Drawn("0"), Drawn("odd"));
        foreach (var command in new[] { "reconstruct", "interpolate", "encode" })
            Assert.Equal(new(ExitCode.Problem, "", "The model of 'made', made, gives examples no codes: it has no latent variables. Draw samples from it (latent sample), or score examples (latent score).\n"), CommandRun.Of([command, "made", .. place]));
        Assert.Contains("There is no class 'od'; the classes are 'even', 'odd'.", CommandRun.Of(["sample", "made", "--class", "od", .. place]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_in_other_units_and_one_that_never_changes_are_named()
    {
        using var folder = new TemporaryFolder();
        string Table(string name, double unit, string third)
        {
            System.IO.File.WriteAllLines(folder.At(name), [$"a,b,{third}", .. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i % 7},{unit * (1 + 0.01 * (i % 5))},{(third == "fixed" ? 3 : i % 3)}"))]);
            return folder.At(name);
        }
        string Errors(params string[] line)
        {
            var (code, _, error) = CommandRun.Of([.. line, "--runs", folder.At("runs")]);
            Assert.Equal(ExitCode.Success, code);
            return error;
        }

        Assert.Equal("", Errors("train", "maf", "--data", Table("train.csv", 1, "c"), "--set", "training.batch=8", "--epochs", "1", "--name", "maf"));
        Assert.Equal("", Errors("score", "maf", "--data", Table("same.csv", 1, "c"), "--out", folder.At("scores.csv")));
        Assert.Contains("Note: 'b' of 'units.csv' is 1020 on average, and was 1.0", Errors("score", "maf", "--data", Table("units.csv", 1000, "c"), "--out", folder.At("scores.csv")), StringComparison.Ordinal);
        Assert.Contains("Note: 'fixed' never changes in the training data.", Errors("train", "maf", "--data", Table("constant.csv", 1, "fixed"), "--set", "training.batch=8", "--epochs", "1", "--name", "constant"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_shown_as_one()
    {
        var (samples, pairs, lines) = (File("pictures", "samples.png"), File("pictures", "reconstructions.png"), File("pictures", "interpolations.png"));

        Assert.Equal($"64 samples: {samples}\n", CommandRun.Succeeding(["sample", "pictures", .. runs.In]));
        Assert.Equal([8 * Pitch + 2, 8 * Pitch + 2, 1], SizeOfPicture(samples));

        Assert.Equal($"32 reconstructions, each below its original: {pairs}\n", CommandRun.Succeeding(["reconstruct", "pictures", .. runs.In]));
        Assert.Equal([4 * Pitch + 2, 16 * Pitch + 2, 1], SizeOfPicture(pairs));

        Assert.Equal($"8 lines of 10: {lines}\n", CommandRun.Succeeding(["interpolate", "pictures", .. runs.In]));
        Assert.Equal([8 * Pitch + 2, 10 * Pitch + 2, 1], SizeOfPicture(lines));
    }

    [Fact]
    public void An_array_has_as_many_examples_as_were_asked_for()
    {
        var file = runs.At("samples.npz");
        CommandRun.Succeeding(["sample", "pictures", .. runs.In, "--count", "7", "--seed", "3", "--out", file]);

        var array = Array(file);
        Assert.Equal([7, 1, 8, 8], array.Shape.AsSpan().ToArray());
        using var trained = TrainedRun.Open(runs["pictures"].Path);
        using var scope = TensorScope.Open();
        Assert.Equal(Generation.Samples(trained.Model, 7, new Rng(3).Fork("sample")).ToArray<float>(), array.Values<float>().ToArray());
    }

    [Fact]
    public void Draws_of_binary_pictures_are_binary()
    {
        var file = runs.At("drawn.csv");
        CommandRun.Succeeding(["sample", "pictures", .. runs.In, "--count", "5", "--draw", "--out", file]);

        var values = Columns(file, [.. Enumerable.Range(1, 64).Select(i => $"x{i}")]);
        Assert.Equal([0, 1], values.Distinct().Order());
        Assert.Equal(5 * 64, values.Length);
    }

    [Fact]
    public void The_seed_decides()
    {
        string Sampled(string seed)
        {
            var file = runs.At($"seed-{seed}.csv");
            CommandRun.Succeeding(["sample", "plane", .. runs.In, "--count", "7", "--seed", seed, "--out", file]);
            return System.IO.File.ReadAllText(file);
        }
        Assert.Equal(Sampled("1"), Sampled("1"));
        Assert.NotEqual(Sampled("1"), Sampled("2"));
    }

    [Fact]
    public void Points_and_rows_are_in_the_units_of_the_data()
    {
        var points = runs.At("points.csv");
        CommandRun.Succeeding(["sample", "plane", .. runs.In, "--out", points]);
        Assert.Equal(Made("plane", trained => Generation.Samples(trained.Model, 64, new Rng(0).Fork("sample"))), Columns(points, "x1", "x2"));

        CommandRun.Succeeding(["sample", "table", .. runs.In, "--count", "101", "--draw"]);
        var rows = Columns(File("table", "samples.csv"), "a", "b", "c");
        Assert.Equal(Made("table", trained => Generation.Samples(trained.Model, 101, new Rng(0).Fork("sample"), draw: true)), rows);
        Assert.InRange(rows[^101..].Average(), 9.5, 10.5);   // the third column is about 10
    }

    [Fact]
    public void A_model_of_the_plane_is_shown_with_its_data_and_its_density()
    {
        Assert.Contains("Data, samples and density: ", CommandRun.Succeeding(["sample", "plane", .. runs.In]), StringComparison.Ordinal);
        Assert.Equal([384, 3 * 384, 1], SizeOfPicture(File("plane", "samples.png")));
        Assert.Contains("density.png", CommandRun.Succeeding(["eval", "plane", .. runs.In]), StringComparison.Ordinal);
        Assert.Equal([384, 3 * 384, 1], SizeOfPicture(File("plane", "density.png")));
    }

    [Fact]
    public void Reconstructions_of_a_table_are_those_of_its_rows()
    {
        CommandRun.Succeeding(["reconstruct", "table", .. runs.In, "--data", runs.Table, "--count", "7"]);

        var rng = new Rng(0).Fork("reconstruct");
        Assert.Equal(
            Made("table", trained => Generation.Reconstructions(trained.Model, Examples(trained, runs.Table, 7, rng), rng)),
            Columns(File("table", "reconstructions.csv"), "a", "b", "c"));
    }

    [Fact]
    public void Lines_begin_and_end_at_reconstructions()
    {
        var (lines, ends) = (runs.At("lines.csv"), runs.At("ends.csv"));
        Assert.Equal($"1 lines of 5: {lines}\n", CommandRun.Succeeding(["interpolate", "table", .. runs.In, "--pairs", "1", "--steps", "5", "--out", lines]));
        CommandRun.Succeeding(["reconstruct", "table", .. runs.In, "--count", "2", "--out", ends]);

        var (along, at) = (CsvTable.Read(lines), CsvTable.Read(ends));
        Assert.Equal((5, 2), (along.Rows, at.Rows));
        Assert.All(at.Columns, name =>
        {
            Assert.Equal(at.Column(name)[0], along.Column(name)[0], 1e-5);
            Assert.Equal(at.Column(name)[1], along.Column(name)[^1], 1e-5);
        });
    }

    [Theory]
    [InlineData("best"), InlineData("last")]
    public void A_checkpoint_may_be_named(string checkpoint)
    {
        var (named, path) = (runs.At($"{checkpoint}.csv"), runs.At($"{checkpoint}-path.csv"));
        CommandRun.Succeeding(["sample", "plane", .. runs.In, "--checkpoint", checkpoint, "--out", named]);
        CommandRun.Succeeding(["sample", "plane", .. runs.In, "--checkpoint", checkpoint == "best" ? runs["plane"].BestCheckpoint()! : runs["plane"].LastCheckpoint()!, "--out", path]);

        Assert.Equal(System.IO.File.ReadAllText(named), System.IO.File.ReadAllText(path));
    }
}
