using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace Latent.Torch.Tests.Serialization;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, HostArray> Golden => new()
    {
        ["x"] = ReferenceFiles.Values(ElementType.Float32, [7, 5]),
        ["images/train"] = ReferenceFiles.Values(ElementType.UInt8, [2, 7]),
        ["größe"] = ReferenceFiles.Values(ElementType.Int64, [3]),
        ["scalar"] = ReferenceFiles.Values(ElementType.Float64, []),
    };

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void NumPys_file_is_read(string name)
    {
        using var file = NpzFile.Open(ReferenceFiles.At(name));
        Assert.Equal(Golden.Keys, file.Names);
        AssertEqual(Golden, file.ReadAll());
        ReferenceFiles.AssertEqual(Golden["x"], file.Read("x.npy"));
    }

    [Theory]
    [InlineData("bare.npz")]
    [InlineData("zip64.npz")]
    public void An_entry_without_npy_and_one_of_zip64_are_read(string name)
    {
        using var file = NpzFile.Open(ReferenceFiles.At(name));
        Assert.Equal(["x"], file.Names);
        ReferenceFiles.AssertEqual(Golden["x"], file.Read("x"));
        ReferenceFiles.AssertEqual(Golden["x"], file.Read("x.npy"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_type_and_shape_comes_back(bool compress)
    {
        var arrays = Enum.GetValues<ElementType>().Where(type => type != ElementType.BFloat16).SelectMany(type => new Shape[] { [], [7, 5], [7, 0, 3] }
            .Select(shape => (Name: $"{type}/{shape}", Array: ReferenceFiles.Values(type, shape)))).ToDictionary(pair => pair.Name, pair => pair.Array);
        arrays["ends in.npy"] = ReferenceFiles.Values(ElementType.Int32, [3]);
        NpzFile.Write(_folder.At("a"), arrays, compress);
        using var file = NpzFile.Open(_folder.At("a"));
        AssertEqual(arrays, file.ReadAll());
        NpzFile.Write(_folder.At("b"), arrays.Reverse().ToDictionary(), compress);
        Assert.Equal(File.ReadAllBytes(_folder.At("a")), File.ReadAllBytes(_folder.At("b")));
    }

    [Fact]
    public void Compressing_compresses()
    {
        var arrays = new Dictionary<string, HostArray> { ["zeros"] = HostArray.From<double>(new double[10_007], [10_007]) };
        NpzFile.Write(_folder.At("stored"), arrays);
        NpzFile.Write(_folder.At("deflated"), arrays, compress: true);
        Assert.InRange(new FileInfo(_folder.At("stored")).Length, 80_056, 80_500);
        Assert.InRange(new FileInfo(_folder.At("deflated")).Length, 1, 2_000);
        using var file = NpzFile.Open(_folder.At("deflated"));
        AssertEqual(arrays, file.ReadAll());
    }

    [RequiresPythonFact("numpy")]
    public void NumPy_reads_what_was_written()
    {
        foreach (var compress in new[] { false, true })
        {
            NpzFile.Write(_folder.At("a.npz"), Golden, compress);
            using var found = JsonDocument.Parse(Python.Run("numpy", ReferenceFiles.At("dump.py"), _folder.At("a.npz")));
            var read = found.RootElement.GetProperty("arrays");
            Assert.Equal(Golden.Count, read.EnumerateObject().Count());
            foreach (var (name, array) in Golden)
            {
                Assert.Equal(array.Shape.AsSpan().ToArray(), read.GetProperty(name)[1].EnumerateArray().Select(size => size.GetInt64()));
                Assert.Equal(Convert.ToHexStringLower(array.Bytes.Span), read.GetProperty(name)[2].GetString());
            }
        }
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        foreach (var bytes in new[] { [], new byte[100], File.ReadAllBytes(ReferenceFiles.At("f4.npy")), File.ReadAllBytes(ReferenceFiles.At("stored.npz"))[..^5] })
        {
            File.WriteAllBytes(_folder.At("a"), bytes);
            Assert.Contains("Check that this is an NPZ file", Assert.Throws<MalformedFileException>(() => NpzFile.Open(_folder.At("a"))).Remedy);
        }
    }

    [Theory]
    [InlineData("x.npy", "x.npy")]
    [InlineData("x.npy", "x")]
    public void Two_entries_of_one_name_are_refused(string first, string second)
    {
        Zip(archive =>
        {
            Add(archive, first, Npy(3, new byte[3]));
            Add(archive, second, Npy(3, new byte[3]));
        });
        Assert.Contains("two arrays of this name", Assert.Throws<MalformedFileException>(() => NpzFile.Open(_folder.At("a"))).Message);
    }

    [Fact]
    public void A_changed_byte_is_refused_by_its_checksum()
    {
        var bytes = File.ReadAllBytes(ReferenceFiles.At("stored.npz"));
        bytes[bytes.AsSpan().IndexOf(ReferenceFiles.Values(ElementType.Float32, [7, 5]).Bytes.Span) + 17] ^= 1;
        File.WriteAllBytes(_folder.At("a"), bytes);
        using var file = NpzFile.Open(_folder.At("a"));
        ReferenceFiles.AssertEqual(Golden["größe"], file.Read("größe"));
        var e = Assert.Throws<MalformedFileException>(() => file.Read("x"));
        Assert.Equal("entry 'x.npy', checksum", e.Place);
    }

    [Fact]
    public void What_is_no_array_is_refused_when_read()
    {
        Zip(archive => Add(archive, "README.txt", "not an array"u8));
        using var file = NpzFile.Open(_folder.At("a"));
        Assert.Contains("entry 'README.txt', byte 0: This is no NPY array", Assert.Throws<MalformedFileException>(() => file.Read("README.txt")).Message);
        Assert.Contains("it has 'README.txt'", Assert.Throws<KeyNotFoundException>(() => file.Read("x")).Message);
    }

    [Fact]
    public void A_bomb_costs_no_memory()
    {
        // 20 MB of zeros make 20 kB of archive; the header says that the array has 7 bytes.
        Zip(archive => Add(archive, "x.npy", Npy(7, new byte[20_000_000])));
        Assert.Contains("takes 7 bytes, and 20000000 follow", ReadCheaply());
    }

    [Fact]
    public void Promises_cost_no_memory()
    {
        // Header, directory and ZIP agree on 2 GB; the entry holds 7 bytes.
        Zip(archive => Add(archive, "x.npy", Npy(2_000_000_000, new byte[7])));
        var bytes = File.ReadAllBytes(_folder.At("a"));
        var directory = bytes.AsSpan(bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8));
        BinaryPrimitives.WriteUInt32LittleEndian(directory[24..], 2_000_000_000 + (BinaryPrimitives.ReadUInt32LittleEndian(directory[24..]) - 7));
        File.WriteAllBytes(_folder.At("a"), bytes);
        Assert.Contains("The data end after 7 of 2000000000 bytes", ReadCheaply());
    }

    [Fact]
    public void What_NPY_cannot_hold_is_refused()
    {
        var arrays = new Dictionary<string, HostArray> { ["x"] = ReferenceFiles.Values(ElementType.BFloat16, [7]) };
        Assert.Contains("convert the array to float32", Assert.Throws<NotSupportedException>(() => NpzFile.Write(_folder.At("a"), arrays)).Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(_folder.At("none"), Assert.Throws<FileNotFoundException>(() => NpzFile.Open(_folder.At("none"))).Message);

    private static void AssertEqual(IReadOnlyDictionary<string, HostArray> expected, IReadOnlyDictionary<string, HostArray> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, array) in expected) ReferenceFiles.AssertEqual(array, actual[name]);
    }

    private static byte[] Npy(int length, ReadOnlySpan<byte> data) => NpyFileTests.Npy($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({length},)}}", data);

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> bytes)
    {
        using var content = archive.CreateEntry(name).Open();
        content.Write(bytes);
    }

    private void Zip(Action<ZipArchive> fill)
    {
        using var archive = ZipFile.Open(_folder.At("a"), ZipArchiveMode.Create);
        fill(archive);
    }

    /// <summary>The refusal of the entry x, which must not have taken a megabyte.</summary>
    private string ReadCheaply()
    {
        using var file = NpzFile.Open(_folder.At("a"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<MalformedFileException>(() => file.Read("x"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        return e.Message;
    }
}
