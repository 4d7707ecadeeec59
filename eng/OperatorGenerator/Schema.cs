using System.Collections.Generic;

namespace Latent.OperatorGenerator;

/// <summary>An operator's signature: <c>aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c>.</summary>
internal sealed class Schema(string text, string name, string overload, IReadOnlyList<SchemaArgument> arguments, IReadOnlyList<SchemaArgument> results)
{
    public string Text { get; } = text;

    /// <summary>The name with its namespace: <c>aten::add</c>.</summary>
    public string Name { get; } = name;

    public string Overload { get; } = overload;
    public IReadOnlyList<SchemaArgument> Arguments { get; } = arguments;
    public IReadOnlyList<SchemaArgument> Results { get; } = results;

    /// <summary>The name without its namespace: <c>add</c>.</summary>
    public string BareName => Name.Substring(Name.IndexOf(':') + 2);

    public bool IsInPlace => BareName.EndsWith("_", System.StringComparison.Ordinal);
}
