using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Latent.Catalog;

/// <summary>Writes YAML that people read: keys below each other, lists of scalars in brackets, quotes where another reader would not see text.</summary>
internal static partial class YamlWriter
{
    // A width without bounds: a folded line is hard to edit.
    private static readonly EmitterSettings Settings = new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, skipAnchorName: false, indentSequences: true);

    public static string Write(YamlNode document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Write(document, emitter);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>Text for a property of type string: in quotes wherever YAML, of any version, might see something else without.</summary>
    public static YamlScalar Text(string text, string place) => new(place, text, PlainText().IsMatch(text) && !Word().IsMatch(text));

    private static void Write(YamlNode node, Emitter emitter)
    {
        switch (node)
        {
            case YamlScalar scalar:
                var style = scalar.IsPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, scalar.Text, style, isPlainImplicit: true, isQuotedImplicit: true));
                break;
            case YamlList list:
                var inBrackets = list.Items.All(item => item is YamlScalar);
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, inBrackets ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list.Items) Write(item, emitter);
                emitter.Emit(new SequenceEnd());
                break;
            case YamlMapping mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var entry in mapping.Entries)
                {
                    Write(Text(entry.Key, entry.Place), emitter);
                    Write(entry.Value, emitter);
                }
                emitter.Emit(new MappingEnd());
                break;
        }
    }

    [GeneratedRegex(@"^[A-Za-z_/]([A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Word();
}
