namespace Latent.Cli.Doctor.Facts;

/// <summary>Picks a value out of a text made for people.</summary>
internal static class Excerpt
{
    /// <summary>What stands between the first occurrence of a key and any of the end characters, blanks trimmed; null where the key or anything after it is missing.</summary>
    public static string? After(string text, string key, string ends = "\n")
    {
        var at = text.IndexOf(key, StringComparison.Ordinal);
        if (at < 0) return null;
        var value = text.AsSpan(at + key.Length);
        if (value.IndexOfAny(ends) is >= 0 and var end) value = value[..end];
        value = value.Trim();
        return value.IsEmpty ? null : value.ToString();
    }
}
