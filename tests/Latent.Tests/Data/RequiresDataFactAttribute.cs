namespace Latent.Tests.Data;

/// <summary>A fact about real data; skipped, by name, where LATENT_DATA names no folder that holds them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresDataFactAttribute : FactAttribute
{
    /// <summary>Requires a folder or a file, such as <c>mnist</c>.</summary>
    public RequiresDataFactAttribute(string set)
    {
        Set = set;
        if (!Path.Exists(At(set))) Skip = $"needs the data set {set}: set LATENT_DATA to a folder that holds {set}";
    }

    /// <summary>The set.</summary>
    public string Set { get; }

    /// <summary>The data root; a folder that does not exist where there is none.</summary>
    public static string Root => Environment.GetEnvironmentVariable("LATENT_DATA") is { Length: > 0 } root ? root : "/no-data";

    /// <summary>A file by its path from the data root.</summary>
    public static string At(string path) => Path.Combine(Root, path);
}
