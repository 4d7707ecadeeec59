using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

/// <summary>What is written is read again, by us and by NumPy.</summary>
public sealed class DataWriteTests : IDisposable
{
    private static readonly PartSizes Sizes = new(11, 3, 2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, DataFormat> Rows
    {
        get
        {
            var rows = new TheoryData<string, DataFormat>();
            foreach (var set in NamedSets.All.Where(set => set.IsGenerated))
            {
                rows.Add(set.Name, DataFormat.Npz);
                rows.Add(set.Name, set.Examples.StartsWith("[1, ", StringComparison.Ordinal) ? DataFormat.Idx : DataFormat.Csv);
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_generated_set_comes_back_as_it_was(string name, DataFormat format)
    {
        var made = NamedSets.Find(name).Make(Sizes, seed: 7);
        var path = folder.At(format == DataFormat.Npz ? "made.npz" : "made");
        DataFile.Write(path, made, format);
        var read = DataSplits.Open(new() { Source = path });

        Assert.Equal("as given: 11 / 3 / 2", read.Protocol);
        foreach (var (before, after) in made.Parts.Zip(read.Parts, (b, a) => (b.Data, a.Data)))
        {
            Assert.Equal(before.Description, after.Description);
            Assert.Equal(before.Values.Bytes.ToArray(), after.Values.Bytes.ToArray());
            Assert.Equal(before.Labels, after.Labels);
            if (format != DataFormat.Npz) continue;
            Assert.Equal(before.FactorNames.Order(StringComparer.Ordinal), after.FactorNames);
            Assert.Equal(FactorsByName(before), FactorsByName(after));
        }
    }

    private static IEnumerable<(string, float)> FactorsByName(Dataset data) => data.Factors is null
        ? []
        : data.Factors.Values<float>().ToArray().Select((value, i) => (data.FactorNames[i % data.FactorNames.Count], i / data.FactorNames.Count, value)).OrderBy(f => (f.Item1, f.Item2)).Select(f => (f.Item1, f.value));

    [Fact]
    public void Sizes_and_seed_are_those_asked_for()
    {
        var set = NamedSets.Find("glyphs");
        Assert.Equal("generated: 11 / 3 / 2, seed 7", set.Make(Sizes, 7).Protocol);
        Assert.NotEqual(set.Make(Sizes, 7).Train.Values.Bytes.ToArray(), set.Make(Sizes, 8).Train.Values.Bytes.ToArray());
        Assert.Contains("at most 2739137", Assert.Throws<ArgumentOutOfRangeException>(() => set.Make(new(3_000_000, 1, 1))).Message);
        Assert.Contains("Those that are: glyphs,", Assert.Throws<ArgumentException>(() => NamedSets.Find("mnist").Make(Sizes)).Message);
    }

    [Fact]
    public void Names_and_labels_of_a_table_come_back()
    {
        var table = new Dataset("own", HostArray.From<byte>([0, 2, 1, 1], [2, 2]), 3, [1, 0]) { ColumnNames = ["a, b", "c\"d"] };
        DataFile.Write(folder.At("own.csv"), new("own", "", table), DataFormat.Csv);
        var read = DataFile.Read(new() { Source = folder.At("own.csv"), Label = "label", Levels = 3 });
        Assert.Equal(["a, b", "c\"d"], read.ColumnNames);
        Assert.Equal([0, 2, 1, 1], read.Values.Bytes.ToArray());
        Assert.Equal([1, 0], read.Labels!);
    }

    [Fact]
    public void What_a_format_cannot_hold_is_refused_and_nothing_is_written()
    {
        Refuses("choose the format npz or csv", "two-moons", DataFormat.Idx);
        Refuses("choose the format npz or idx", "glyphs", DataFormat.Csv);
        var tunes = new DataSplits("tunes", "", new("tunes", HostArray.From<byte>([1, 0], [2, 1]), 2, lengths: [2]));
        Assert.Contains("sequences are not written", Assert.Throws<ArgumentException>(() => DataFile.Write(folder.At("x"), tunes, DataFormat.Npz)).Message);
        var classes = new DataSplits("many", "", new("many", HostArray.From<byte>([1, 0], [2, 1, 1, 1]), 2, [0, 256]));
        Assert.Contains("classes 0 to 255", Assert.Throws<ArgumentException>(() => DataFile.Write(folder.At("x"), classes, DataFormat.Idx)).Message);
        Assert.Contains("there is no folder", Assert.Throws<DirectoryNotFoundException>(() => DataFile.Write(folder.At("no/x"), classes, DataFormat.Npz)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("")));

        void Refuses(string words, string name, DataFormat format) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => DataFile.Write(folder.At("x"), NamedSets.Find(name).Make(Sizes), format)).Message);
    }

    [Fact]
    public void A_folder_keeps_what_else_lies_in_it()
    {
        Directory.CreateDirectory(folder.At("made"));
        File.WriteAllText(folder.At("made/notes.txt"), "mine");
        File.WriteAllText(folder.At("made/train.csv"), "old");
        DataFile.Write(folder.At("made"), NamedSets.Find("rings").Make(Sizes), DataFormat.Csv);
        Assert.Equal(["notes.txt", "test.csv", "train.csv", "validation.csv"], Directory.EnumerateFiles(folder.At("made")).Select(Path.GetFileName).Order());
        Assert.Equal(12, File.ReadLines(folder.At("made/train.csv")).Count());
        Assert.Equal(["made"], Directory.EnumerateFileSystemEntries(folder.At("")).Select(Path.GetFileName));

        File.WriteAllText(folder.At("file"), "");
        Assert.Contains("Name a folder", Assert.Throws<IOException>(() => DataFile.Write(folder.At("file"), NamedSets.Find("rings").Make(Sizes), DataFormat.Csv)).Message);
    }

    [RequiresPythonFact("numpy")]
    public void NumPy_reads_the_same()
    {
        var made = NamedSets.Find("shapes").Make(Sizes, seed: 7);
        DataFile.Write(folder.At("shapes.npz"), made, DataFormat.Npz);
        DataFile.Write(folder.At("shapes"), made, DataFormat.Idx);
        DataFile.Write(folder.At("bars.npz"), NamedSets.Find("bars").Make(Sizes), DataFormat.Npz);
        File.WriteAllText(folder.At("look.py"), """
            import gzip, sys
            import numpy as np
            folder = sys.argv[1]
            npz = np.load(folder + "/shapes.npz")
            idx = np.frombuffer(gzip.open(folder + "/shapes/train-images-idx3-ubyte.gz").read(), np.uint8, offset=16).reshape(11, 1, 64, 64)
            labels = np.frombuffer(gzip.open(folder + "/shapes/t10k-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
            x = npz["x_train"]
            print(x.dtype, x.shape, x.astype(np.int64).sum(), (x == idx).all(), (npz["y_test"] == labels).all(), npz["factor_scale_train"].dtype, np.load(folder + "/bars.npz")["x_test"].dtype)
            """);
        var sum = made.Train.Values.Bytes.ToArray().Sum(b => (long)b);
        Assert.Equal($"uint8 (11, 1, 64, 64) {sum} True True float32 bool\n", Python.Run("numpy", folder.At("look.py"), folder.At("")));
    }
}
