namespace Latent.Cli.Doctor.Facts;

/// <summary>Where data sets are looked up.</summary>
/// <param name="Root">The folder; null where none is set.</param>
/// <param name="Source">What named it: <c>--data-root</c> or <c>LATENT_DATA</c>.</param>
/// <param name="Failure">Why it cannot be read; null when it can.</param>
/// <param name="Sets">The known sets that are there.</param>
internal sealed record DataFacts(string? Root, string? Source, string? Failure, IReadOnlyList<string> Sets)
{
    /// <summary>The names of the sets' folders.</summary>
    public static IReadOnlyList<string> KnownSets { get; } =
        ["mnist", "binarized-mnist", "fashion-mnist", "omniglot-small", "cifar10", "polyphonic-music", "jsb-chorales", "optdigits", "uci", "debd"];

    public static DataFacts Read(string? option, string? variable)
    {
        var root = option ?? (string.IsNullOrEmpty(variable) ? null : variable);
        if (root is null) return new(null, null, null, []);
        var source = option is null ? "LATENT_DATA" : "--data-root";
        try
        {
            var present = Directory.GetDirectories(root).Select(Path.GetFileName).ToHashSet();
            return new(Path.GetFullPath(root), source, null, [.. KnownSets.Where(present.Contains)]);
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
}
