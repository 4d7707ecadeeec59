using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Latent.Cli.Commands;
using Latent.Data;
using Latent.Tests.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Cli.Tests.Data;

/// <summary>What the command line says to bad data and bad requests: its own sentence for each, the right exit code, and nothing half-written.</summary>
public sealed class BadDataTests : IDisposable
{
    private static readonly byte[] Pictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private (ExitCode Code, string Output, string Error) Run(string line, Func<IReadOnlyList<NamedSet>>? sets = null)
    {
        using StringWriter output = new(), error = new();
        var words = line.Split(' ').Select(word => word.StartsWith('@') ? folder.At(word[1..]) : word).ToArray();
        return (LatentCommandLine.Run([new DataCommand(sets)], ["data", .. words], output, error), output.ToString(), error.ToString());
    }

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(folder.At(""), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private void Refuses(string line, ExitCode code, string words, Func<IReadOnlyList<NamedSet>>? sets = null)
    {
        var before = Entries();
        var (found, output, error) = Run(line, sets);
        Assert.True((code, "") == (found, output), $"{found}: {output}{error}");
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.EndsWith(code == ExitCode.Usage ? "--help'.\n" : ".\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error[..^1], StringComparison.Ordinal);   // one line: no stack trace, no parameter names
        Assert.Equal(before, Entries());
    }

    private void Save(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        File.WriteAllBytes(folder.At(name), content);
    }

    private static byte[] Packed(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal)) gzip.Write(content);
        return stream.ToArray();
    }

    private static byte[] Png(int height, int width)
    {
        using var scope = TensorScope.Open();
        return ImageFile.EncodePng(Tensor.From(new byte[height * width], height, width, 1));
    }

    /// <summary>An NPY file, which may hold what Latent does not write.</summary>
    private static byte[] Npy(string description, params byte[] data) =>
        [0x93, .. "NUMPY\u0001\0"u8, (byte)(description.Length + 1), 0, .. Encoding.ASCII.GetBytes(description), (byte)'\n', .. data];

    private static byte[] Zip(string entry, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        using (var file = archive.CreateEntry(entry).Open()) file.Write(content);
        return stream.ToArray();
    }

    public static TheoryData<string, byte[], string> Files => new()
    {
        { "packed-idx3.gz", Packed(Pictures)[..^10], "gzip: " },
        { "packed.csv.gz", Packed("1,2\n3,4\n"u8.ToArray())[..12], "too few" },
        { "magic-idx3", [.. "PK\u0003\u0004"u8, .. Pictures], "no IDX file: it begins with '504B0304'" },
        { "short-idx3", Pictures[..^1], "takes 6 bytes, and 5 follow the header" },
        { "labels-idx1", [0, 0, 8, 1, 0, 0, 0, 1, 7], "pictures are UInt8 [N, H, W]" },
        { "ragged.csv", "a,b\n1,2\n3\n"u8.ToArray(), "line 3: The line has 1 field, and the first has 2" },
        { "nan.csv", "a,b\n1,2\n3,NaN\n"u8.ToArray(), "line 3, column 2 ('b'): A value is missing ('NaN')" },
        { "hole.csv", "a,b\n1,2\n3,\n5,?\n"u8.ToArray(), "line 3, column 2 ('b'): A value is missing (an empty field), the first of 2" },
        { "text.csv", "a,b\n1,2\n3,red\n"u8.ToArray(), "line 3, column 2 ('b'): 'red' is no finite number" },
        { "large.csv", "a,b\n1,2\n3,1e39\n"u8.ToArray(), "line 3, column 2 ('b'): 1E+39 is beyond single precision" },
        { "quote.csv", "a,b\n1,\"2\n"u8.ToArray(), "quote" },
        { "twice.csv", "a,a\n1,2\n"u8.ToArray(), "Two columns are called 'a'" },
        { "empty.csv", [], "The file is empty" },
        { "header.csv", "a,b\n"u8.ToArray(), "no rows below the header" },
        { "objects.npy", Npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 1), "holds Python objects" },
        { "objects.npz", Zip("x.npy", Npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 1)), "entry 'x.npy', NPY header" },
        { "short.npy", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 1), }", 1), "takes 3 bytes, and 1 follow" },
        { "scalar.npy", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1), "has no examples" },
        { "nan.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", 0, 0, 0xC0, 0x7F), "element 0 (row 0): The value is NaN" },
        { "text.npz", "no archive"u8.ToArray(), "Check that this is an NPZ file" },
        { "strange.npz", Zip("notes.txt", [1]), "no NPY array" },
        { "cifar.bin", new byte[3074], "no whole number of records of 3073" },
        { "class.bin", [10, .. new byte[3072]], "The label is 10" },
        { "pitch.json", """{"train": [[[60]]], "valid": [[[60]]], "test": [[[60, 20]]]}"""u8.ToArray(), "test[0][0][1]: '20' is no pitch from 21 to 108" },
        { "cut.json", """{"train": [[["""u8.ToArray(), "no JSON" },
        { "paper.pdf", [], "The name does not say what kind of data this is" },
        { "damaged/a.png", Png(5, 7)[..30], "a.png: picture: This is no PNG or JPEG picture" },
        { "nothing/notes.txt", [], "There are no files .png, .jpg or .jpeg" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_file_is_named_with_the_place_and_a_remedy(string name, byte[] content, string words)
    {
        Save(name, content);
        var path = name.Split('/')[0];
        Refuses($"show @{path}", ExitCode.Problem, words);
        Assert.Contains(folder.At(path), Run($"show @{path} --json").Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string> Requests => new()
    {
        { "show @missing.csv", 1, "There is no data set, file or folder '" },
        { "show mnits", 1, "'mnits'. Did you mean 'mnist'?" },
        { "show mnist --data-root @nowhere", 1, "Fetch it with 'latent data download mnist'" },
        { "show cifar10 --data-root @nowhere", 1, "Its source is Krizhevsky 2009" },
        { "show glyphs --label x", 1, "The set 'glyphs' is no table with a column of classes: leave --label out" },
        { "show @good.csv --label class", 1, "There is no column 'class'; there are 'a', 'b', 'c'" },
        { "show @good.csv --label b", 1, "line 3, column 2 ('b'): 0.5 is no class" },
        { "show @good.csv --levels 2", 1, "is none of the whole numbers 0 to 1" },
        { "show @good.csv --levels 1", 2, "--levels takes a whole number from 2 to 256, not '1'" },
        { "show @good.csv --test 1.5", 2, "--test takes a fraction from 0 to below 1, such as 0.1, not '1.5'" },
        { "show @good.csv --validation -0.1", 2, "--validation takes a fraction" },
        { "show @good.csv --test 0.6 --validation 0.5", 1, "their sum below 1" },
        { "show @good.csv --test-data @other.csv", 1, "The training data have" },
        { "show @good.csv --test-data @mixed", 1, "of different kinds" },
        { "show @good.csv --separator ab", 2, "--separator takes one sign" },
        { "show @good.csv --header maybe", 2, "--header takes auto, on or off, not 'maybe'" },
        { "show @good.csv --header on --separator ;", 1, "line 2" },
        { "show @good.csv --resize 28x28", 1, "only pictures" },
        { "show @good.csv --resize 28", 2, "--resize takes a height and a width, such as 28x28, not '28'" },
        { "show @good.csv --binarization static", 1, "no binarization" },
        { "show @good.csv --binarization often", 2, "--binarization takes none, static, dynamic or threshold, not 'often'" },
        { "show @good.csv --seed -1", 2, "--seed takes a whole number from 0 on, not '-1'" },
        { "show bars --standardize", 1, "only real-valued examples" },
        { "show glyphs --threshold 0.5", 1, "leave --threshold out" },
        { "show @mixed", 1, "b.png: size: The picture is 4×3 with 1 channel, and '" },
        { "show @mixed --channels 2", 2, "--channels takes 1 or 3, not '2'" },
        { "show @two.npz", 1, "There are the arrays 'a', 'b', and none is called 'x'" },
        { "show @two.npz --array c", 1, "has no array 'c'; it has 'a', 'b'" },
        { "show @good.csv --picture @x.png", 1, "which make no picture" },
        { "show bars --picture @no/x.png", 1, "there is no folder" },
        { "show", 2, "'latent data show' needs a <name|path>." },
        { "list --data-root", 2, "Required argument missing" },
        { "download cifar10 --data-root @nowhere", 1, "has no address to download from" },
        { "download mnits --data-root @nowhere", 1, "Did you mean 'mnist'?" },
        { "make glyphs --count -5 --out @x", 2, "--count takes a whole number from 1 to 10000000, such as 1000, not '-5'" },
        { "make glyphs --count 3000000 --out @x", 1, "A part of 'glyphs' holds at most" },
        { "make glyphs --format pdf --out @x", 2, "--format takes npz, idx or csv, not 'pdf'" },
        { "make glyphs --format npz --out @x", 1, "let it end in .npz" },
        { "make glyphs --out @x.csv", 1, "choose the format npz or idx" },
        { "make rings --format idx --out @x", 1, "choose the format npz or csv" },
        { "make mnist --out @x", 1, "is not made by the program" },
        { "make ringz --out @x", 1, "Did you mean 'rings'?" },
        { "make rings", 2, "'--out' is required" },
        { "make rings --out @two.npz", 1, "is there already. Replace it with --force" },
        { "make rings --out @mixed", 1, "is there already. Replace it with --force" },
        { "make rings --count 7 --out @no/x.npz", 1, "there is no folder '" },
        { "make rings --count 7 --out @good.csv/x", 1, "there is no folder '" },
        { "make rings --count 7 --out @two.npz/ --force", 1, "Cannot write '" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_bad_request_is_told_in_one_sentence(string line, int code, string words)
    {
        Save("good.csv", "a,b,c\n0,1,1\n1,0.5,0\n2,3,1\n"u8.ToArray());
        Save("other.csv", "a,b\n0,1\n1,0.5\n"u8.ToArray());
        Save("mixed/a.png", Png(2, 3));
        Save("mixed/b.png", Png(4, 3));
        NpzFile.Write(folder.At("two.npz"), new Dictionary<string, HostArray> { ["a"] = HostArray.From<byte>([1], [1]), ["b"] = HostArray.From<byte>([1], [1]) });
        Refuses(line, (ExitCode)code, words);
    }

    [Fact]
    public void NumPys_other_orders_are_no_problem()
    {
        Save("big.npy", Npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 1), }", 0x3F, 0x80, 0, 0, 0x40, 0, 0, 0));
        Save("columns.npy", Npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }", 1, 2, 3, 4));
        Assert.Contains("\"greatest\": 2,", Run("show @big.npy --validation 0 --test 0 --json").Output, StringComparison.Ordinal);
        Assert.Contains("\"mean\": 1.5,", Run("show @columns.npy --validation 0 --test 0 --json").Output, StringComparison.Ordinal);   // of the first column
    }

    private static Func<IReadOnlyList<NamedSet>> Served(Uri url, byte[] content) => () =>
        [new("served", "", "", "Someone 2001", default, [new("served/data.gz", Convert.ToHexString(SHA256.HashData(content)), url)], _ => throw new NotSupportedException())];

    [Fact]
    public void A_server_that_refuses_is_quoted_and_nothing_stays()
    {
        using var server = new LocalServer(Pictures) { Status = "404 Not Found" };
        Directory.CreateDirectory(folder.At("served"));
        Refuses("download served --data-root @", ExitCode.Problem, "the server answers 404 (Not Found). If this machine is offline, fetch the file elsewhere and put it at '", Served(server.Url, Pictures));
    }

    [Fact]
    public void Without_a_network_the_file_can_be_put_there_by_hand()
    {
        Uri url;
        using (var server = new LocalServer(Pictures)) url = server.Url;   // nobody listens there any more
        Directory.CreateDirectory(folder.At("served"));
        Refuses("download served --data-root @", ExitCode.Problem, $"put it at '{folder.At("served/data.gz")}'", Served(url, Pictures));
    }

    [Fact]
    public void Another_file_is_thrown_away()
    {
        using var server = new LocalServer([.. Pictures, 0]);
        Directory.CreateDirectory(folder.At("served"));
        var (code, output, error) = Run("download served --data-root @", Served(server.Url, Pictures));
        Assert.Equal((ExitCode.Problem, ""), (code, output));
        Assert.Contains("checksum", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("served")));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_with_the_way_to_another()
    {
        using var server = new LocalServer(Pictures);
        Save("served", []);   // a file where the folder would be
        Refuses("download served --data-root @", ExitCode.Problem, "Choose a data root where you may write, with --data-root or LATENT_DATA", Served(server.Url, Pictures));
    }
}
