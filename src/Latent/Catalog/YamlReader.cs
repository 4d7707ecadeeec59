using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Latent.Catalog;

/// <summary>Reads the part of YAML that recipes use: mappings, lists and scalars; no tags, anchors and aliases, and no key twice.</summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 64; // so that a file of brackets cannot exhaust the stack

    private readonly Parser _events;
    private readonly Func<long, long, string> _place;

    private YamlReader(string text, Func<long, long, string> place)
    {
        _events = new(new StringReader(text));
        _place = place;
    }

    /// <summary>Reads one document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="place">Names the place of a line and a column, which count from 1.</param>
    /// <returns>The document; null where it is empty or holds nothing but comments.</returns>
    /// <exception cref="RecipeException">The text is no such document.</exception>
    public static YamlNode? Read(string text, Func<long, long, string> place)
    {
        CheckCharacters(text, place);
        try
        {
            return new YamlReader(text, place).ReadDocument();
        }
        catch (YamlException e)
        {
            throw new RecipeException(place(e.Start.Line, e.Start.Column), $"this is no YAML. {e.Message}", e);
        }
    }

    // The parser takes a tab for an indentation here and there, and ends at a zero.
    private static void CheckCharacters(string text, Func<long, long, string> place)
    {
        var (line, column, indenting) = (1, 1, true);
        foreach (var c in text)
        {
            if (c == '\t' && indenting) throw new RecipeException(place(line, column), "a tab stands where the line is indented. YAML indents with spaces.");
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r')) throw new RecipeException(place(line, column), $"a control character, U+{(int)c:X4}, is no part of a recipe. Remove it, or write it in double quotes as \"\\x{(int)c:x2}\".");
            indenting = c == '\n' || (indenting && c == ' ');
            (line, column) = c == '\n' ? (line + 1, 1) : (line, column + 1);
        }
    }

    private YamlNode? ReadDocument()
    {
        _events.Consume<StreamStart>();
        if (!_events.TryConsume<DocumentStart>(out _)) return null;
        var document = ReadNode(0);
        _events.Consume<DocumentEnd>();
        if (_events.TryConsume<DocumentStart>(out var second)) throw Error(second, "a second document begins here; a recipe is one. Remove what follows the '---'.");
        return document;
    }

    private YamlNode ReadNode(int depth)
    {
        if (depth > MaxDepth) throw Error(_events.Current!, $"more than {MaxDepth} brackets or indentations stand within each other; a recipe has a few.");
        if (_events.Accept<AnchorAlias>(out var alias)) throw Error(alias, $"the alias *{alias.Value} is no part of recipes; write out what it stands for.");
        if (!_events.Accept<NodeEvent>(out var node)) throw Error(_events.Current!, "a value is missing here.");
        if (!node.Anchor.IsEmpty) throw Error(node, $"the anchor &{node.Anchor} is no part of recipes; remove it, and write out its aliases.");
        if (!node.Tag.IsEmpty) throw Error(node, $"the tag {node.Tag} is no part of recipes; remove it: each key knows the type of its value.");
        var place = Place(node);
        if (_events.TryConsume<Scalar>(out var scalar)) return new YamlScalar(place, scalar.Value, scalar.Style == ScalarStyle.Plain);
        if (_events.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!_events.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
            return new YamlList(place, items);
        }
        _events.Consume<MappingStart>();
        var entries = new OrderedDictionary<string, YamlEntry>();
        while (!_events.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            if (key is not YamlScalar { Text: var name }) throw new RecipeException(key.Place, "a key is a word, no list and no mapping.");
            if (entries.TryGetValue(name, out var first)) throw new RecipeException(key.Place, $"the key '{name}' comes twice, first at {first.Place}. Keep one of them.");
            entries.Add(name, new(key.Place, name, ReadNode(depth + 1)));
        }
        return new YamlMapping(place, [.. entries.Values]);
    }

    private string Place(ParsingEvent at) => _place(at.Start.Line, at.Start.Column);

    private RecipeException Error(ParsingEvent at, string problem) => new(Place(at), problem);
}
