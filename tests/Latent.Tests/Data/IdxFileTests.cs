using System.IO.Compression;
using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Pictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string File(byte[] content)
    {
        var path = folder.At($"file-{Guid.NewGuid():N}");
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Packed(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal)) gzip.Write(content);
        return stream.ToArray();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Pictures_are_read_packed_or_not(bool packed)
    {
        var images = File(packed ? Packed(Pictures) : Pictures);
        var data = IdxFile.ReadImages("two", images, File([0, 0, 8, 1, 0, 0, 0, 2, 7, 3]));
        Assert.Equal("two: 2 × [1, 1, 3], 256 levels", data.ToString());
        Assert.Equal(Pictures[16..], data.Values.Bytes.ToArray());
        Assert.Equal([7, 3], data.Labels!);
    }

    [Fact]
    public void Numbers_of_several_bytes_are_big_endian() =>
        Assert.Equal([1f, -2], IdxFile.Read(File([0, 0, 0x0D, 1, 0, 0, 0, 2, 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0])).Values<float>().ToArray());

    [Theory]
    [InlineData("x"), InlineData("x.gz")]
    public void What_is_written_is_read(string name)
    {
        HostArray[] arrays =
        [
            HostArray.From<byte>([1, 2, 3, 4, 5, 6], [3, 2]), HostArray.From<sbyte>([-1, 5], [2]), HostArray.From<short>([-300, 5], [1, 2]),
            HostArray.From<int>([-70_000, 5], [2, 1, 1]), HostArray.From<float>([0.1f, float.Pi], [2]), HostArray.From([double.E], [1]), HostArray.From<byte>([], [0, 7]),
        ];
        foreach (var array in arrays)
        {
            IdxFile.Write(folder.At(name), array);
            var read = IdxFile.Read(folder.At(name));
            Assert.Equal(array.ToString(), read.ToString());
            Assert.Equal(array.Bytes.ToArray(), read.Bytes.ToArray());
        }
        Assert.Equal([name], folder.Files);
        Assert.Throws<ArgumentException>(() => IdxFile.Write(folder.At(name), HostArray.From<long>([1], [1])));
        Assert.Throws<ArgumentException>(() => IdxFile.Write(folder.At(name), HostArray.From<byte>([1], [])));
    }

    public static TheoryData<string, byte[], string, string> Damages => new()
    {
        { "empty", [], "byte 0", "begins with ''" },
        { "short", [0, 0, 8], "byte 0", "begins with '000008'" },
        { "wrong magic", [.. "PK\u0003\u0004"u8, .. Pictures], "byte 0", "begins with '504B0304'" },
        { "unknown type", [0, 0, 7, .. Pictures[3..]], "byte 0", "begins with '00000703'" },
        { "no axes", [0, 0, 8, 0, 1], "byte 0", "no IDX file" },
        { "sizes cut", Pictures[..14], "byte 4", "3 axes take 12 bytes, and 10 follow" },
        { "data cut", Pictures[..^1], "byte 16", "takes 6 bytes, and 5 follow" },
        { "data too long", [.. Pictures, 0], "byte 16", "takes 6 bytes, and 7 follow" },
        { "overflow", [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "byte 16", "and 0 follow" },
        { "packing cut", Packed(Pictures)[..^10], "gzip", "damaged or cut short" },
        { "packing cut in its header", Packed(Pictures)[..6], "gzip", "damaged or cut short" },
        { "packing's length cut", Packed(Pictures)[..^2], "gzip", "damaged or cut short" },
        { "packing changed", [.. Packed(Pictures)[..^8], 1, 2, 3, 4, .. Packed(Pictures)[^4..]], "gzip", "damaged or cut short" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damaged_files_are_refused(string damage, byte[] content, string place, string problem)
    {
        var path = File(content);
        var error = Assert.Throws<MalformedFileException>(() => IdxFile.Read(path));
        Assert.True(error.Place == place && error.Path == path && error.Message.Contains(problem), $"{damage}: {error.Message}");
    }

    [Fact]
    public void Files_that_do_not_go_together_are_refused()
    {
        var images = File(Pictures);
        Refuses("not", () => IdxFile.ReadImages("x", File([0, 0, 8, 1, 0, 0, 0, 1, 1])), "pictures are UInt8 [N, H, W]");
        Refuses("labels are pictures", () => IdxFile.ReadImages("x", images, images), "labels are UInt8 [N]");
        Refuses("fewer labels", () => IdxFile.ReadImages("x", images, File([0, 0, 8, 1, 0, 0, 0, 1, 1])), "1 labels, and 2 pictures");
        Refuses("grey", () => IdxFile.ReadImages("x", images, levels: 2), "The value is 10, and 2 levels end at 1");
        Refuses("a folder", () => IdxFile.Read(Path.GetDirectoryName(images)!), "folder");
        Assert.Throws<FileNotFoundException>(() => IdxFile.Read(folder.At("missing")));

        static void Refuses(string what, Func<object> read, string words) => Assert.True(Assert.Throws<MalformedFileException>(read).Message.Contains(words), what);
    }
}
