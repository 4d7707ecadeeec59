namespace Latent.Torch;

/// <summary>Names and shapes out of files, made short enough for a message.</summary>
internal static class Quoted
{
    /// <summary>A name in quotes, its first 80 characters.</summary>
    public static string Name(string name) => name.Length <= 80 ? $"'{name}'" : $"'{name[..80]}…'";

    /// <summary>The first ten of some names.</summary>
    public static string Names(IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "none",
        <= 10 => string.Join(", ", names.Select(Name)),
        _ => $"{string.Join(", ", names.Take(10).Select(Name))} and {names.Count - 10} more",
    };

    /// <summary>A shape as in <c>[7, 5]</c>, its first 16 sizes.</summary>
    public static string Shape(ReadOnlySpan<long> shape) => shape.Length <= 16
        ? $"[{string.Join(", ", shape.ToArray())}]"
        : $"[{string.Join(", ", shape[..16].ToArray())}, … {shape.Length} sizes]";
}
