using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class TensorBoardFileTests : ScopedTest
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);

    /// <summary>A clock that stands still until it is set.</summary>
    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Fact]
    public void Checksums_are_Castagnolis()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0u, Crc32C.Of([]));
        var bytes = Enumerable.Range(0, 67).Select(i => (byte)(i * 37)).ToArray();
        for (var length = 0; length <= bytes.Length; length++)
            Assert.Equal(EventReader.Checksum(bytes.AsSpan(0, length)), Crc32C.Of(bytes.AsSpan(0, length)));
    }

    /// <summary>By hand: E3069283 rotated right by 15 is 2507C60D, and 2507C60D + A282EAD8 = C78AB0E5.</summary>
    [Fact]
    public void Checksums_are_masked() => Assert.Equal(0xC78AB0E5, Crc32C.Masked("123456789"u8));

    [Fact]
    public void Scalars_come_back()
    {
        using var folder = new TemporaryFolder();
        var clock = new SetClock();
        using (var file = new TensorBoardFile(folder.At(""), "vae", clock: clock))
        {
            Assert.Equal("events.out.tfevents.1700000000.vae", Path.GetFileName(file.Path));
            clock.Now += TimeSpan.FromSeconds(1.5);
            file.Scalar("train/elbo", -103.7, 0);
            file.Scalar("Größe", double.NaN, 1L << 40);
            file.Scalar("loss", double.NegativeInfinity, 3);
        }

        var events = EventReader.Read(folder.At("events.out.tfevents.1700000000.vae"));
        Assert.Equal(4, events.Count);
        Assert.Equal(("brain.Event:2", 0, 1_700_000_000.25), (events[0].FileVersion, events[0].Step, events[0].WallTime));
        Assert.Equal([1_700_000_001.75, 1_700_000_001.75, 1_700_000_001.75], events.Skip(1).Select(e => e.WallTime));
        Assert.Equal([0, 1L << 40, 3], events.Skip(1).Select(e => e.Step));
        Assert.Equal([("train/elbo", -103.7f), ("Größe", float.NaN), ("loss", float.NegativeInfinity)], events.Skip(1).Select(e => (e.Values.Single().Tag, e.Values[0].SimpleValue!.Value)));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Pictures_come_back(int channels) => Scoped(() =>
    {
        using var folder = new TemporaryFolder();
        var picture = Tensor.From(Enumerable.Range(0, 7 * 5 * channels).Select(i => (byte)(i * 37)).ToArray(), 7, 5, channels);
        var png = ImageFile.EncodePng(picture);
        string path;
        using (var file = new TensorBoardFile(folder.At(""), "vae"))
        {
            path = file.Path;
            file.Picture("samples", png, 11);
        }

        var written = EventReader.Read(path)[1];
        var value = Assert.Single(written.Values);
        Assert.Equal((11, "samples", null), (written.Step, value.Tag, value.SimpleValue));
        Assert.Equal((7, 5, channels), (value.Image!.Height, value.Image.Width, value.Image.Colorspace));
        Assert.True(ImageFile.Decode(value.Image.Encoded, "picture").Equal(picture));
    });

    [Fact]
    public void Records_are_there_once_flushed()
    {
        using var folder = new TemporaryFolder();
        using var file = new TensorBoardFile(folder.At(""), "vae");
        file.Scalar("loss", 2, 1);
        file.Flush();
        Assert.Equal(2, EventReader.Read(file.Path)[^1].Values[0].SimpleValue);
    }

    [Fact]
    public void A_resumed_run_opens_a_later_file_and_takes_back_later_steps()
    {
        using var folder = new TemporaryFolder();
        var clock = new SetClock();
        new TensorBoardFile(folder.At(""), "vae", clock: clock).Dispose();
        new TensorBoardFile(folder.At(""), "vae", resumedAfter: 20, clock: clock).Dispose();
        clock.Now -= TimeSpan.FromHours(1); // a clock that was set back in the meantime
        new TensorBoardFile(folder.At(""), "vae", resumedAfter: 30, clock: clock).Dispose();

        var files = folder.Files.Order().ToArray();
        Assert.Equal(["events.out.tfevents.1700000000.vae", "events.out.tfevents.1700000001.vae", "events.out.tfevents.1700000002.vae"], files);
        Assert.Single(EventReader.Read(folder.At(files[0])));
        Assert.Equal([(0, null), (21, 1)], EventReader.Read(folder.At(files[1])).Select(e => (e.Step, e.SessionStatus)));
        Assert.Equal([(0, null), (31, 1)], EventReader.Read(folder.At(files[2])).Select(e => (e.Step, e.SessionStatus)));
    }

    [Fact]
    public void What_is_no_picture_and_no_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var file = new TensorBoardFile(folder.At(""), "vae");
        Assert.Contains("ImageFile.EncodePng", Assert.Throws<ArgumentException>(() => file.Picture("samples", new byte[100], 1)).Message);
        Assert.Throws<ArgumentException>(() => file.Picture("samples", [], 1));
        Assert.Throws<DirectoryNotFoundException>(() => new TensorBoardFile(folder.At("none"), "vae"));
    }
}
