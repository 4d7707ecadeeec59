namespace Latent.OperatorGenerator;

/// <summary>The type of an argument or a result as ATen writes it: <c>Tensor(a!)</c>, <c>int[2]</c>, <c>Tensor?[]</c>, <c>int[1]?</c>.</summary>
/// <param name="name">The element's type: Tensor, int (also for SymInt), float, Scalar, …</param>
/// <param name="isList">Whether it is a list.</param>
/// <param name="isOptional">Whether None is a value of it.</param>
/// <param name="listSize">The length a list should have; 0 if it may have any.</param>
/// <param name="hasOptionalElements">Whether None is a value of the list's elements.</param>
/// <param name="isWritten">Whether the operator writes into it.</param>
internal sealed class SchemaType(string name, bool isList, bool isOptional, int listSize, bool hasOptionalElements, bool isWritten)
{
    public string Name { get; } = name;
    public bool IsList { get; } = isList;
    public bool IsOptional { get; } = isOptional;
    public int ListSize { get; } = listSize;
    public bool HasOptionalElements { get; } = hasOptionalElements;
    public bool IsWritten { get; } = isWritten;

    public bool Is(string name) => Name == name && !IsList && !IsOptional;

    public override string ToString() =>
        Name + (HasOptionalElements ? "?" : "") + (IsList ? ListSize > 0 ? $"[{ListSize}]" : "[]" : "") + (IsOptional ? "?" : "");
}
