namespace Latent.Torch.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_write_replaces_the_file_and_leaves_nothing_else()
    {
        AtomicFile.Write(_folder.At("a"), stream => stream.Write("old, and longer"u8));
        AtomicFile.Write(_folder.At("a"), stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(_folder.At("a")));
        Assert.Equal(["a"], _folder.Files);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(_folder.At("a"), "old");
        var e = Assert.Throws<IOException>(() => AtomicFile.Write(_folder.At("a"), stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            throw new IOException("No space left on device.");
        }));
        Assert.Contains($"Cannot write '{_folder.At("a")}': No space left on device.", e.Message);
        Assert.Equal("old", File.ReadAllText(_folder.At("a")));
        Assert.Equal(["a"], _folder.Files);
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_way_are_named()
    {
        var missing = _folder.At(Path.Combine("no", "folder"));
        Assert.Equal($"Cannot write '{missing}': there is no folder '{_folder.At("no")}'. Make it first, or name another.", Assert.Throws<IOException>(() => AtomicFile.Write(missing, _ => { })).Message);
        Directory.CreateDirectory(_folder.At("taken"));
        Assert.Contains($"Cannot write '{_folder.At("taken")}'", Assert.Throws<IOException>(() => AtomicFile.Write(_folder.At("taken"), _ => { })).Message);
        Assert.Empty(_folder.Files);
    }
}
