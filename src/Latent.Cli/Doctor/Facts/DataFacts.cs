using Latent.Data;

namespace Latent.Cli.Doctor.Facts;

/// <summary>Where data sets are looked up.</summary>
/// <param name="Root">The folder; null where none is set.</param>
/// <param name="Source">What named it: <c>--data-root</c> or <c>LATENT_DATA</c>.</param>
/// <param name="Failure">Why it cannot be read; null when it can.</param>
/// <param name="Sets">The folders that hold a known set, whole.</param>
internal sealed record DataFacts(string? Root, string? Source, string? Failure, IReadOnlyList<string> Sets)
{
    /// <summary>The folders of the sets that lie in files.</summary>
    public static IReadOnlyList<string> KnownSets { get; } = [.. NamedSets.All.Where(set => !set.IsGenerated).Select(FolderOf).Distinct()];

    public static DataFacts Read(string? option, string? variable)
    {
        var root = option ?? (string.IsNullOrEmpty(variable) ? null : variable);
        if (root is null) return new(null, null, null, []);
        var source = option is null ? "LATENT_DATA" : "--data-root";
        try
        {
            _ = Directory.GetDirectories(root);   // complains of a root that cannot be read, where a file would seem to be missing
            return new(Path.GetFullPath(root), source, null, [.. NamedSets.All.Where(set => !set.IsGenerated && set.IsPresent(root)).Select(FolderOf).Distinct()]);
        }
        catch (DirectoryNotFoundException)
        {
            return new(Path.GetFullPath(root), source, "no such folder", []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(Path.GetFullPath(root), source, e.Message, []);
        }
    }

    private static string FolderOf(NamedSet set) => set.Files[0].Path.Split('/')[0];
}
