namespace Latent.Catalog;

/// <summary>A part of a recipe between text and records.</summary>
/// <param name="Place">Where it was written, for messages: a file with line and column, or a setting.</param>
internal abstract record YamlNode(string Place);

/// <summary>A word, a number or a text.</summary>
/// <param name="Place">Where it was written.</param>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="IsPlain">Whether it stands without quotes: with them it is text, whatever it says.</param>
internal sealed record YamlScalar(string Place, string Text, bool IsPlain) : YamlNode(Place)
{
    public bool IsNull => IsPlain && Text is "" or "null" or "~";
}

/// <summary>Parts in order.</summary>
internal sealed record YamlList(string Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place);

/// <summary>Parts by key, in order; no key comes twice.</summary>
internal sealed record YamlMapping(string Place, IReadOnlyList<YamlEntry> Entries) : YamlNode(Place);

/// <summary>A key with its value.</summary>
/// <param name="Place">Where the key was written.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record YamlEntry(string Place, string Key, YamlNode Value);
