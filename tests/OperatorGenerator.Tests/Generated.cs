using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Latent.OperatorGenerator.Tests;

/// <summary>What the generator makes of a table.</summary>
internal sealed class Generated
{
    private Generated(GeneratorDriverRunResult result)
    {
        Diagnostics = result.Diagnostics;
        Source = string.Concat(result.GeneratedTrees.Select(t => t.ToString()));
        Declarations = [.. Source.Split('\n').Where(l => (l.StartsWith("    public ", StringComparison.Ordinal) || l.StartsWith("    internal ", StringComparison.Ordinal)) && l.EndsWith(')')).Select(l => l.Trim())];
    }

    public ImmutableArray<Diagnostic> Diagnostics { get; }
    public string Source { get; }

    /// <summary>The heads of the methods, in order.</summary>
    public string[] Declarations { get; }

    public static Generated From(string table, string path = "Operators/operators.txt")
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new OperatorGenerator().AsSourceGenerator()], [new Table(path, table)]);
        return new Generated(driver.RunGenerators(CSharpCompilation.Create("empty")).GetRunResult());
    }

    /// <summary>The lines of the body of the method with this head, without indentation.</summary>
    public string[] Body(string declaration)
    {
        var start = Source.IndexOf(declaration + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"'{declaration}' is not among:\n{string.Join('\n', Declarations)}");
        var open = Source.IndexOf("    {\n", start, StringComparison.Ordinal) + 6;
        var close = Source.IndexOf("\n    }\n", open, StringComparison.Ordinal);
        return [.. Source[open..close].Split('\n').Select(l => l.Trim())];
    }

    private sealed class Table(string path, string text) : AdditionalText
    {
        public override string Path => path;
        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
