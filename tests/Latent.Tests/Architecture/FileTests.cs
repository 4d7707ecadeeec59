using System.Text.RegularExpressions;

namespace Latent.Tests.Architecture;

/// <summary>A reader who knows a type's name knows its file.</summary>
public sealed class FileTests
{
    private static readonly Regex TopLevelType = new(
        @"^(?:\w+ )*?(?:class|interface|enum|struct|record(?: class| struct)?|delegate \S+(?:<.*?>)?\??) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static readonly Regex Namespace = new(
        @"^namespace (?<name>[\w.]+)(?<end>;?)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static IEnumerable<(string Path, string Text)> Sources =>
        from file in Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where !path.Split('/').Any(part => part is "bin" or "obj")
        select (path, File.ReadAllText(file));

    private static IEnumerable<string> TypesIn(string text, bool publicOnly = false) =>
        TopLevelType.Matches(text).Where(m => !publicOnly || m.Value.StartsWith("public ", StringComparison.Ordinal)).Select(m => m.Groups["name"].Value);

    [Fact]
    public void A_file_has_the_name_of_its_only_public_type()
    {
        var offences =
            from source in Sources
            let types = TypesIn(source.Text, publicOnly: true).ToList()
            where types.Count > 0 && !types.SequenceEqual([Stem(source.Path)])
            select $"{source.Path} holds {string.Join(", ", types)}";
        Assert.Empty(offences);
    }

    [Fact]
    public void A_file_has_the_name_of_its_first_type()
    {
        var offences =
            from source in Sources
            let first = TypesIn(source.Text).FirstOrDefault() ?? "Program" // top-level statements
            where first != Stem(source.Path)
            select $"{source.Path} begins with {first}";
        Assert.Empty(offences);
    }

    /// <summary><c>Tensor.Memory.cs</c> is part of Tensor.</summary>
    private static string Stem(string path) => Path.GetFileName(path).Split('.')[0];

    [Fact]
    public void Namespaces_are_file_scoped_and_follow_the_folders_of_the_science()
    {
        var offences =
            from source in Sources
            let parts = source.Path.Split('/') // src, Latent, Networks, …, Linear.cs
            let found = Namespace.Match(source.Text)
            where found.Success
            let expected = parts[1] == "Latent" ? string.Join('.', parts[1..^1].Take(2)) : parts[1]
            let given = found.Groups["name"].Value
            where found.Groups["end"].Length == 0 || !(given == expected || given.StartsWith(expected + ".", StringComparison.Ordinal))
            select $"{source.Path} is in {given}, not {expected}";
        Assert.Empty(offences);
    }

    [Theory]
    [InlineData("public sealed partial class Tensor\n{\n    private sealed class Inner { }\n}", "Tensor")]
    [InlineData("[Flags]\npublic enum Kind { A }", "Kind")]
    [InlineData("internal readonly record struct Pair(int A, int B);", "Pair")]
    [InlineData("public sealed record Row(string Name);", "Row")]
    [InlineData("public delegate void Backward(BackwardContext context);", "Backward")]
    [InlineData("internal delegate ReadOnlySpan<byte> Reader<T>(T from);", "Reader")]
    [InlineData("internal unsafe interface IUpdateRule<T> where T : unmanaged;", "IUpdateRule")]
    [InlineData("class A { }\nstruct B { }", "A", "B")]
    [InlineData("// class Commented")]
    public void Types_are_found_in_text(string text, params string[] expected) => Assert.Equal(expected, TypesIn(text));
}
