using System.Globalization;
using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

/// <summary>What a command line or a recipe asks for, and what it gets.</summary>
public sealed class DataRequestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Table(string name, int rows, Func<int, string> row, string header = "a,b,class\n")
    {
        File.WriteAllText(folder.At(name), header + string.Concat(Enumerable.Range(0, rows).Select(i => row(i) + "\n")));
        return folder.At(name);
    }

    private string Mixed() => Table("mixed.csv", 37, i => string.Create(CultureInfo.InvariantCulture, $"{i},{i * 0.5},{i % 3}"));

    private static (long, long, long) Counts(DataSplits splits) => (splits.Sizes.Train, splits.Sizes.Validation, splits.Sizes.Test);

    [Fact]
    public void A_set_by_name_comes_with_its_parts()
    {
        var splits = DataSplits.Open(new() { Source = "bars", Binarization = Binarization.Dynamic });
        Assert.Equal(("bars", (20_000L, 2_000L, 2_000L)), (splits.Name, Counts(splits)));
    }

    [Fact]
    public void A_file_is_cut_at_random_and_the_protocol_says_how()
    {
        var splits = DataSplits.Open(new() { Source = Mixed(), Label = "class", Factors = ["b"], Seed = 5 });
        Assert.Equal(("mixed.csv", "random: 29 / 4 / 4, seed 5"), (splits.Name, splits.Protocol));
        Assert.Equal(["a"], splits.Test!.ColumnNames);
        Assert.Equal(["b"], splits.Train.FactorNames);
        Assert.Equal(splits.Train.Values.Values<float>().ToArray().Select(a => (int)a % 3), splits.Train.Labels!);
        Assert.Equal((37, 0, 0), Counts(DataSplits.Open(new() { Source = Mixed(), Validation = 0, Test = 0 })));
    }

    [Fact]
    public void A_second_file_is_the_test_set()
    {
        var other = Table("other.csv", 5, i => $"{100 + i},0,0");
        var splits = DataSplits.Open(new() { Source = Mixed(), TestData = other, Validation = 0.2, Seed = 1 });
        Assert.Equal((30, 7, 5), Counts(splits));
        Assert.Equal("as given, validation drawn from training: 30 / 7 / 5, seed 1", splits.Protocol);
        Assert.Equal(100, splits.Test!.Values.Values<float>()[0]);
        Assert.Equal("as given: 37 / 0 / 5", DataSplits.Open(new() { Source = Mixed(), TestData = other, Validation = 0 }).Protocol);
    }

    [Fact]
    public void Tables_are_read_as_they_are_said_to_be()
    {
        var path = Table("plain.txt", 11, i => $"{i % 2}|{(i + 1) % 2}", "");
        Assert.Equal("10 × [2], binary", DataSplits.Open(new() { Source = path, Levels = 2, Header = true, Separator = '|', Validation = 0, Test = 0 }).Train.Description);
        Assert.Equal("11 × [2], reals", DataSplits.Open(new() { Source = path, Validation = 0, Test = 0 }).Train.Description);
        Assert.Throws<MalformedFileException>(() => DataSplits.Open(new() { Source = path, Separator = ';' }));
    }

    [Fact]
    public void Bytes_of_0_and_1_alone_are_binary_unless_said_otherwise()
    {
        NpyFile.Write(folder.At("x.npy"), HostArray.From<byte>([0, 1, 1, 0, 1, 1], [3, 2]));
        NpyFile.Write(folder.At("n.npy"), HostArray.From<long>([0, 4, 1, 0, 2, 1], [3, 2]));
        Assert.Equal(2, DataFile.Read(new() { Source = folder.At("x.npy") }).Levels);
        Assert.Equal(256, DataFile.Read(new() { Source = folder.At("x.npy"), Levels = 256 }).Levels);
        Assert.Equal([0, 4, 1, 0, 2, 1], DataFile.Read(new() { Source = folder.At("n.npy"), Levels = 5 }).Values.Bytes.ToArray());
        var error = Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("n.npy"), Levels = 4 }));
        Assert.Equal(("element 1 (row 0)", "4 is none of the whole numbers 0 to 3."), (error.Place, error.Problem));
    }

    [Fact]
    public void Parts_of_a_table_are_matched_by_their_names()
    {
        Directory.CreateDirectory(folder.At("parts"));
        void Write(string part, params string[] lines) => File.WriteAllLines(Path.Combine(folder.At("parts"), $"{part}.csv"), lines);
        DataSplits Open() => DataSplits.Open(new() { Source = folder.At("parts"), Label = "kind", Validation = 0 });
        string Problem() => Assert.Throws<MalformedFileException>(Open).Message;
        Write("train", "a,b,kind", "1,2,red", "3,4,blue", "5,6,red");
        Write("test", "kind,b,a", "red,20,10");
        Assert.Equal([10f, 20], Open().Test!.Values.Values<float>().ToArray());
        Assert.Equal([1], Open().Test!.Labels!);

        Write("test", "kind,b,c", "red,20,10");
        Assert.Contains("The training data have a column 'a', and this table has not; it has 'kind', 'b', 'c'. Name the columns as in the training data", Problem(), StringComparison.Ordinal);
        Write("test", "a,b", "10,20");
        Assert.Contains("There is no column 'kind', which is needed for the classes", Problem(), StringComparison.Ordinal);
        Write("test", "kind,b,a", "green,20,10");
        Assert.Contains("line 2, column 1 ('kind'): 'green' is no class of the training data, whose classes are 'blue', 'red'", Problem(), StringComparison.Ordinal);
        Write("test", "kind,b,a,d", "red,20,10,30");
        Assert.Contains("It has 'd', and the training set has not", Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_bring_their_labels_and_factors()
    {
        NpzFile.Write(folder.At("x.npz"), new Dictionary<string, HostArray>
        {
            ["x"] = HostArray.From<float>([1, 2, 3], [3]), ["y"] = HostArray.From<long>([2, 0, 1], [3, 1]), ["factor_size"] = HostArray.From<double>([0.5, 1, 2], [3]), ["other"] = HostArray.From<float>([1], [1]),
        });
        var data = DataFile.Read(new() { Source = folder.At("x.npz") });
        Assert.Equal([2, 0, 1], data.Labels!);
        Assert.Equal(["size"], data.FactorNames);
        Assert.Equal([0.5f, 1, 2], data.Factors!.Values<float>().ToArray());
        Assert.Null(DataFile.Read(new() { Source = folder.At("x.npz"), Array = "x" }).Labels);

        NpzFile.Write(folder.At("keras.npz"), new Dictionary<string, HostArray>
        {
            ["x_train"] = HostArray.From<byte>([7, 8, 9, 6], [2, 2]), ["y_train"] = HostArray.From<byte>([1, 0], [2]), ["x_val"] = HostArray.From<byte>([5, 4], [1, 2]), ["x_test"] = HostArray.From<byte>([1, 0], [1, 2]),
        });
        var splits = DataSplits.Open(new() { Source = folder.At("keras.npz") });
        Assert.Equal("as given: 2 / 1 / 1", splits.Protocol);
        Assert.Equal((256, 256), (splits.Train.Levels!.Value, splits.Test!.Levels!.Value));   // as in training, though 0 and 1 alone
        Assert.Equal([1, 0], splits.Train.Labels!);
    }

    [Fact]
    public void Labels_of_another_number_are_refused_with_a_way_out()
    {
        NpzFile.Write(folder.At("x.npz"), new Dictionary<string, HostArray> { ["x"] = HostArray.From<float>([1, 2, 3], [3]), ["y"] = HostArray.From<long>([2, 0], [2]) });
        Assert.Contains("--array 'x'", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("x.npz") })).Message);
        NpzFile.Write(folder.At("x.npz"), new Dictionary<string, HostArray> { ["x"] = HostArray.From<float>([1, 2], [2]), ["y"] = HostArray.From<long>([2, -1], [2]) });
        Assert.Equal("entry 'y', element 1 (row 1)", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("x.npz") })).Place);
    }

    [Fact]
    public void Pictures_find_their_labels_by_the_name_of_their_file()
    {
        IdxFile.Write(folder.At("my-images-idx3-ubyte"), HostArray.From<byte>([1, 2, 3], [3, 1, 1]));
        IdxFile.Write(folder.At("my-labels-idx1-ubyte"), HostArray.From<byte>([2, 0, 1], [3]));
        Assert.Equal([2, 0, 1], DataFile.Read(new() { Source = folder.At("my-images-idx3-ubyte") }).Labels!);
    }

    [Fact]
    public void Folders_of_pictures_of_all_sizes_are_resized_and_this_is_recorded()
    {
        Directory.CreateDirectory(folder.At("photos"));
        using (TensorScope.Open())
        {
            for (var i = 0; i < 3; i++)
                File.WriteAllBytes(folder.At($"photos/{i}.png"), ImageFile.EncodePng(Tensor.From(Enumerable.Repeat((byte)(10 * i), (5 + i) * 21).ToArray(), 5 + i, 7, 3)));
        }
        Assert.Contains("--resize 5x7", Assert.Throws<MalformedFileException>(() => DataSplits.Open(new() { Source = folder.At("photos") })).Message);
        var splits = DataSplits.Open(new() { Source = folder.At("photos"), Size = (2, 3), Channels = 1, Binarization = Binarization.Threshold, Threshold = 0.06, Validation = 0, Test = 0 });
        Assert.Equal(("3 × [1, 2, 3], binary", "resized to 2×3, binarization at 0.06"), (splits.Train.Description, splits.Preprocessing.ToString()));
        Assert.Equal(6, splits.Train.Values.Bytes.ToArray().Sum(b => b));   // of 0, 10 and 20 the last alone is at least 0.06 · 255
    }

    [Fact]
    public void Sets_of_pictures_are_resized_plane_by_plane()
    {
        var data = new Dataset("two", HostArray.From<byte>([0, 4, 8, 12, 100, 100, 100, 100], [1, 2, 2, 2]), 256);
        var small = data.Resized(new() { Size = (1, 1) });
        Assert.Equal([6, 100], small.Values.Bytes.ToArray());
        Assert.Equal((new Shape([2, 1, 1]), "resized to 1×1"), (small.EventShape, small.Preprocessing.ToString()));
        Assert.Same(small, small.Resized(new() { Size = (1, 1) }));
        Assert.Contains("--resize", Assert.Throws<ArgumentException>(() => new Dataset("b", HostArray.From<byte>([0, 1], [1, 1, 1, 2]), 2).Resized(new() { Size = (1, 1) })).Message);
    }

    public static TheoryData<string, string> Idle => new()
    {
        { "bars", "test-data" }, { "bars", "validation" }, { "bars", "test" }, { "bars", "label" }, { "bars", "factor" }, { "bars", "header" }, { "bars", "separator" },
        { "bars", "levels" }, { "bars", "array" }, { "bars", "channels" }, { "bars", "threshold" }, { "mixed.csv", "array" }, { "mixed.csv", "channels" }, { "mixed.csv", "threshold" },
    };

    [Theory]
    [MemberData(nameof(Idle))]
    public void A_choice_that_does_not_go_with_the_data_is_refused(string source, string choice)
    {
        DataRequest nothing = new() { Source = source == "bars" ? source : Mixed() };
        var request = choice switch
        {
            "test-data" => nothing with { TestData = "x" },
            "validation" => nothing with { Validation = 0.1 },
            "test" => nothing with { Test = 0.1 },
            "label" => nothing with { Label = "x" },
            "factor" => nothing with { Factors = ["x"] },
            "header" => nothing with { Header = true },
            "separator" => nothing with { Separator = ',' },
            "levels" => nothing with { Levels = 2 },
            "array" => nothing with { Array = "x" },
            "channels" => nothing with { Channels = 1 },
            _ => nothing with { Threshold = 0.5 },
        };
        Assert.Contains($"leave --{choice} out", Assert.Throws<ArgumentException>(() => DataSplits.Open(request)).Message);
    }

    [Fact]
    public void Parts_that_do_not_go_together_are_refused()
    {
        NpyFile.Write(folder.At("x.npy"), HostArray.From<float>([1, 2], [2]));
        Refuses("of different kinds", new() { Source = Mixed(), TestData = folder.At("x.npy") });
        Refuses("leave --test out", new() { Source = Mixed(), TestData = Mixed(), Test = 0.1 });
        Refuses("only real-valued", new() { Source = "bars", Standardize = true });
        Directory.CreateDirectory(folder.At("parts"));
        File.Copy(Mixed(), folder.At("parts/train.csv"));
        Refuses("no test set", new() { Source = folder.At("parts") });
        File.Copy(Mixed(), folder.At("parts/test.csv"));
        Assert.Equal((33, 4, 37), Counts(DataSplits.Open(new() { Source = folder.At("parts") })));
        File.Copy(Mixed(), folder.At("parts/validation.csv"));
        Refuses("leave --validation out", new() { Source = folder.At("parts"), Validation = 0.1 });
        Assert.Contains("comes in parts", Assert.Throws<ArgumentException>(() => DataFile.Read(new() { Source = folder.At("parts") })).Message);

        static void Refuses(string words, DataRequest request) =>
            Assert.Contains(words, Assert.ThrowsAny<Exception>(() => DataSplits.Open(request)).Message);
    }
}
