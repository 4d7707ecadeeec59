namespace Latent.Cli.Doctor.Facts;

/// <summary>The shared libraries that are mapped into this process: what is in use, whatever the search paths say.</summary>
internal sealed record MappedLibraries(IReadOnlyList<string> Files)
{
    public static MappedLibraries Read() => Parse(File.ReadAllText("/proc/self/maps"));

    /// <summary>Reads the text of <c>/proc/self/maps</c>: <c>address permissions offset device inode path</c>, a path on several lines.</summary>
    public static MappedLibraries Parse(string maps) => new(
        [.. maps.Split('\n')
            .Select(l => l.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? l[at..] : "")
            .Where(p => Path.GetFileName(p).Contains(".so", StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.Ordinal)]);

    /// <summary>The files whose name begins with one of these.</summary>
    public IReadOnlyList<string> Of(params ReadOnlySpan<string> names)
    {
        var wanted = names.ToArray();
        return [.. Files.Where(f => wanted.Any(n => Path.GetFileName(f).StartsWith(n, StringComparison.Ordinal)))];
    }
}
