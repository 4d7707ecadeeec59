using System.Text.RegularExpressions;

namespace Latent.Tests.Architecture;

public sealed partial class DocumentTests
{
    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var documents = Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Repository.At("docs"), "*.md", SearchOption.AllDirectories)).ToArray();
        var broken = from document in documents
                     from Match link in Link().Matches(File.ReadAllText(document))
                     let target = link.Groups["target"].Value
                     where !target.Contains("://", StringComparison.Ordinal)
                     let path = Path.Combine(Path.GetDirectoryName(document)!, target)
                     where !Path.Exists(path)
                     select $"{Path.GetFileName(document)}: {target}";
        Assert.Contains(documents, d => d.EndsWith("README.md", StringComparison.Ordinal));
        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\]\((?<target>[^)#]+)[^)]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
