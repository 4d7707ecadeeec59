namespace Latent.Torch.Tests.Serialization;

/// <summary>A folder that goes when the test does; in memory where the system has such a place, since tests that write thousands of files should not wait for a disk.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    private readonly string _path = Directory.CreateDirectory(
        Path.Combine(Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), $"latent-{Path.GetRandomFileName()}")).FullName;

    public string At(string name) => Path.Combine(_path, name);

    /// <summary>The names of the files in it.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file));

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
