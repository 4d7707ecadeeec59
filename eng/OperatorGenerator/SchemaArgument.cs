namespace Latent.OperatorGenerator;

/// <summary>An argument of an operator, or one of its results.</summary>
/// <param name="type">Its type.</param>
/// <param name="name">Its name; empty for an unnamed result.</param>
/// <param name="defaultValue">The text of its default; null if it must be given.</param>
internal sealed class SchemaArgument(SchemaType type, string name, string? defaultValue)
{
    public SchemaType Type { get; } = type;
    public string Name { get; } = name;
    public string? Default { get; } = defaultValue;
}
