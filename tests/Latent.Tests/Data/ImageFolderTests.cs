using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class ImageFolderTests : ScopedTest
{
    private static void Save(TemporaryFolder folder, string name, int height, int width, int channels, int start = 0)
    {
        using var scope = TensorScope.Open();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        File.WriteAllBytes(folder.At(name), ImageFile.EncodePng(Tensor.From(Enumerable.Range(start, height * width * channels).Select(i => (byte)i).ToArray(), height, width, channels)));
    }

    [Fact]
    public void Pictures_come_in_the_order_of_their_names_with_channels_first()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "b.png", 2, 3, 3, 100);
        Save(folder, "a.PNG", 2, 3, 3);
        File.WriteAllText(folder.At("notes.txt"), "");
        var data = ImageFolder.Read("own", folder.At(""));
        Assert.Equal("own: 2 × [3, 2, 3], 256 levels", data.ToString());
        Assert.Equal([0, 3, 6, 9, 12, 15, 1, 4, 7, 10, 13, 16, 2, 5, 8, 11, 14, 17], data.Values.Bytes[..18].ToArray());
        Assert.Equal(100, data.Values.Bytes.Span[18]);
        Assert.Null(data.Labels);
        Assert.Equal(new Shape([1, 2, 3]), ImageFolder.Read("own", folder.At(""), channels: 1).EventShape);
    }

    [Fact]
    public void Folders_are_classes_and_transparency_is_left_out()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "cats/1.png", 2, 2, 4);
        Save(folder, "cats/2.png", 2, 2, 4);
        Save(folder, "birds/1.png", 2, 2, 3);
        Directory.CreateDirectory(folder.At("empty"));
        var data = ImageFolder.Read("own", folder.At(""));
        Assert.Equal([0, 1, 1], data.Labels!);
        Assert.Equal([0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14], data.Values.Bytes[12..24].ToArray());
    }

    [Fact]
    public void Different_sizes_are_refused_with_both_names_or_resized()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "a.png", 2, 3, 1);
        Save(folder, "b.png", 4, 3, 1);
        var error = Assert.Throws<MalformedFileException>(() => ImageFolder.Read("own", folder.At("")));
        Assert.Contains("b.png", error.Path);
        Assert.Contains("4×3 with 1 channel, and", error.Problem);
        Assert.Contains("a.png' is 2×3", error.Problem);
        Assert.Equal("own: 2 × [1, 2, 2], 256 levels", ImageFolder.Read("own", folder.At(""), (2, 2)).ToString());
    }

    [Fact]
    public void Other_bad_folders_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no files", Assert.Throws<MalformedFileException>(() => ImageFolder.Read("own", folder.At(""))).Message);
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Read("own", folder.At("missing")));
        Save(folder, "a.png", 2, 2, 1);
        Save(folder, "b.png", 2, 2, 3);
        Assert.Contains("--channels 3", Assert.Throws<MalformedFileException>(() => ImageFolder.Read("own", folder.At(""))).Remedy);
        File.WriteAllBytes(folder.At("b.png"), File.ReadAllBytes(folder.At("a.png"))[..30]);
        Assert.Contains("b.png: picture", Assert.Throws<MalformedFileException>(() => ImageFolder.Read("own", folder.At(""))).Message);
        Save(folder, "cats/a.png", 2, 2, 1);
        Assert.Contains("beside folders", Assert.Throws<MalformedFileException>(() => ImageFolder.Read("own", folder.At(""))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read("own", folder.At(""), (0, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read("own", folder.At(""), channels: 2));
    }

    [Theory]
    [InlineData(ResizeFilter.Box), InlineData(ResizeFilter.Bilinear)]
    public void Resizing_keeps_a_plain_picture_and_the_same_size_changes_nothing(ResizeFilter filter)
    {
        Assert.All(Resampling.Resize(Enumerable.Repeat((byte)77, 5 * 7 * 3).ToArray(), 5, 7, 3, 3, 11, filter), b => Assert.Equal(77, b));
        var picture = Enumerable.Range(0, 5 * 7 * 3).Select(i => (byte)(i * 37)).ToArray();
        Assert.Equal(picture, Resampling.Resize(picture, 5, 7, 3, 5, 7, filter));
    }

    [Fact]
    public void Box_is_the_mean_of_what_a_pixel_covers()
    {
        Assert.Equal([3, 5], Resampling.Resize([0, 2, 4, 6, 4, 6, 8, 2], 2, 4, 1, 1, 2, ResizeFilter.Box));
        // Three pixels on two: the middle one counts half in each.
        Assert.Equal([20, 60], Resampling.Resize([10, 40, 70], 1, 3, 1, 1, 2, ResizeFilter.Box));
    }

    [Fact]
    public void Bilinear_is_linear_between_the_pixels() =>
        Assert.Equal([0, 25, 75, 100], Resampling.Resize([0, 100], 1, 2, 1, 1, 4, ResizeFilter.Bilinear));

    [Fact]
    public void Own_files_are_read_by_their_names()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("x.csv"), "a,b\n1,2\n");
        NpyFile.Write(folder.At("x.npy"), HostArray.From<double>([1, 2, 3], [3]));
        NpyFile.Write(folder.At("bytes.npy"), HostArray.From<byte>([1, 2, 3, 4], [1, 2, 2]));
        NpyFile.Write(folder.At("nan.npy"), HostArray.From<double>([1, 2, 3, double.NaN], [2, 2]));
        NpyFile.Write(folder.At("scalar.npy"), HostArray.From<double>([1], []));
        NpzFile.Write(folder.At("two.npz"), new Dictionary<string, HostArray> { ["x"] = HostArray.From([true, false], [1, 2]), ["y"] = HostArray.From<float>([1], [1, 1]) });
        NpzFile.Write(folder.At("other.npz"), new Dictionary<string, HostArray> { ["a"] = HostArray.From([true, false], [1, 2]), ["y"] = HostArray.From<float>([1], [1, 1]) });
        IdxFile.Write(folder.At("own-idx3-ubyte.gz"), HostArray.From<byte>([1, 2], [1, 1, 2]));
        File.WriteAllText(folder.At("x.pdf"), "");

        Assert.Equal("x.csv: 1 × [2], reals", DataFile.Read(new() { Source = folder.At("x.csv") }).ToString());
        Assert.Equal("x.npy: 3 × [1], reals", DataFile.Read(new() { Source = folder.At("x.npy") }).ToString());
        Assert.Equal("bytes.npy: 1 × [2, 2], 256 levels", DataFile.Read(new() { Source = folder.At("bytes.npy") }).ToString());
        Assert.Equal("two.npz: 1 × [2], binary", DataFile.Read(new() { Source = folder.At("two.npz") }).ToString());
        Assert.Equal("two.npz: 1 × [1], reals", DataFile.Read(new() { Source = folder.At("two.npz"), Array = "y" }).ToString());
        Assert.Equal("own-idx3-ubyte.gz: 1 × [1, 1, 2], 256 levels", DataFile.Read(new() { Source = folder.At("own-idx3-ubyte.gz") }).ToString());
        Assert.Equal("element 3 (row 1)", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("nan.npy") })).Place);
        Assert.Contains("no examples", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("scalar.npy") })).Message);
        Assert.Contains("'a', 'y'", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("other.npz") })).Message);
        Assert.Contains(".npz", Assert.Throws<MalformedFileException>(() => DataFile.Read(new() { Source = folder.At("x.pdf") })).Message);
        Assert.Contains("no data set, file or folder", Assert.Throws<FileNotFoundException>(() => DataFile.Read(new() { Source = folder.At("missing") })).Message);
    }
}
