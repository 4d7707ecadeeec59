using System.Security.Cryptography;
using Latent.Data;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 200_003).Select(i => (byte)(i * i))];

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    private string Target => folder.At("data.gz");

    private Task FetchAsync(Uri url, string? path = null, IProgress<(long, long?)>? progress = null) =>
        Download.ToFileAsync(client, url, path ?? Target, Convert.ToHexStringLower(SHA256.HashData(File)), progress);

    [Fact]
    public async Task A_file_arrives_and_is_not_fetched_again()
    {
        using var server = new LocalServer(File);
        var reports = new Reports();
        var path = folder.At("made/for/it/data.gz");
        await FetchAsync(server.Url, path, reports);
        Assert.Equal(File, System.IO.File.ReadAllBytes(path));
        Assert.Equal((File.Length, File.Length), reports[^1]);
        Assert.False(System.IO.File.Exists(path + ".part"));
        await FetchAsync(server.Url, path);
        Assert.Equal([0], server.Offsets);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task What_was_cut_off_goes_on(bool knowsRanges)
    {
        using var server = new LocalServer(File) { HangsUpAfter = 70_001, KnowsRanges = knowsRanges };
        var error = await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Url));
        Assert.Contains("The 70001 bytes that arrived are kept: try again to go on.", error.Message);
        Assert.False(System.IO.File.Exists(Target));
        server.HangsUpAfter = null;
        var reports = new Reports();
        await FetchAsync(server.Url, null, reports);
        Assert.Equal(File, System.IO.File.ReadAllBytes(Target));
        Assert.Equal([0, 70_001], server.Offsets);
        Assert.Equal((File.Length, File.Length), reports[^1]);
    }

    [Fact]
    public async Task A_complete_part_needs_its_name_alone()
    {
        using var server = new LocalServer(File);
        System.IO.File.WriteAllBytes(Target + ".part", File);
        await FetchAsync(server.Url);
        Assert.Equal(["data.gz"], folder.Files);
    }

    [Fact]
    public async Task Another_file_is_thrown_away_and_what_stood_there_stays()
    {
        using var server = new LocalServer([.. File, 0]);
        System.IO.File.WriteAllText(Target, "old");
        var error = await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Url));
        Assert.Contains("checksum", error.Message);
        Assert.Contains(Target, error.Message);
        Assert.Equal(["data.gz"], folder.Files);
        Assert.Equal("old", System.IO.File.ReadAllText(Target));
    }

    [Fact]
    public async Task A_wrong_part_is_found_out_and_the_next_try_succeeds()
    {
        using var server = new LocalServer(File);
        System.IO.File.WriteAllBytes(Target + ".part", new byte[1000]);
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Url));
        await FetchAsync(server.Url);
        Assert.Equal(File, System.IO.File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_server_that_refuses_is_quoted()
    {
        using var server = new LocalServer(File) { Status = "404 Not Found" };
        var error = await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Url));
        Assert.Contains($"Cannot download {server.Url}: the server answers 404 (Not Found). If this machine is offline, fetch the file elsewhere and put it at '{Target}'.", error.Message);
    }

    [Fact]
    public async Task Without_a_network_the_error_says_where_to_put_the_file()
    {
        Uri url;
        using (var server = new LocalServer(File)) url = server.Url;   // nobody listens there any more
        var error = await Assert.ThrowsAsync<IOException>(() => FetchAsync(url));
        Assert.StartsWith($"Cannot download {url}: ", error.Message);
        Assert.Contains($"offline, fetch the file elsewhere and put it at '{Target}'", error.Message);
    }

    [Fact]
    public async Task A_set_fetches_its_files_and_knows_damaged_ones()
    {
        using var server = new LocalServer(File);
        var sha = Convert.ToHexString(SHA256.HashData(File));
        var set = new NamedSet("two", "", "", "", default, [new("a/x", sha, server.Url), new("a/y", sha, server.Url)], _ => null!);
        var root = folder.At("root");
        Assert.False(set.IsPresent(root));
        await set.DownloadAsync(root, client);
        Assert.True(set.IsPresent(root));
        Assert.Empty(await set.DamagedFilesAsync(root));
        System.IO.File.WriteAllText(Path.Combine(root, "a/y"), "changed");
        Assert.Equal(["a/y"], (await set.DamagedFilesAsync(root)).Select(f => f.Path));
        await set.DownloadAsync(root, client);
        Assert.Empty(await set.DamagedFilesAsync(root));
        Assert.Equal(3, server.Offsets.Count);
        Assert.Empty(await NamedSets.Find("glyphs").DownloadAsync(root, client));
        Assert.Contains("Krizhevsky", (await Assert.ThrowsAsync<FileNotFoundException>(() => NamedSets.Find("cifar10").DownloadAsync(root, client))).Message);
    }

    private sealed class Reports : List<(long, long?)>, IProgress<(long, long?)>
    {
        public void Report((long, long?) value) => Add(value);
    }
}
