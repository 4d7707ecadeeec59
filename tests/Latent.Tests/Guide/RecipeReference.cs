using System.Collections;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Latent.Catalog;

namespace Latent.Tests.Guide;

/// <summary>All keys of a recipe as Markdown, from the records and their documentation comments.</summary>
internal static partial class RecipeReference
{
    private static readonly Dictionary<string, XElement> Comments = XDocument.Load(Path.ChangeExtension(typeof(Recipe).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    /// <summary>A table for each record, and one for all kinds that may stand in a place.</summary>
    public static string Text
    {
        get
        {
            var places = new OrderedDictionary<Type, List<string>>();
            Visit(typeof(Recipe), "", places);
            var text = new StringBuilder();
            foreach (var (type, paths) in places)
            {
                text.Append($"\n### {(type == typeof(Recipe) ? "The recipe" : string.Join(", ", paths.Select(path => $"`{path}`")))}\n{Summary(type)}\n\n");
                if (type.IsAbstract)
                {
                    text.Append("| kind | key | value | default | meaning |\n|---|---|---|---|---|\n");
                    foreach (var (name, kind) in ModelCatalog.Kinds.Of(type))
                    {
                        text.Append($"| `{name}` | | | | {Summary(kind)} |\n");
                        foreach (var row in Rows(kind)) text.Append($"| | {row} |\n");
                    }
                }
                else
                {
                    text.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
                    foreach (var row in Rows(type)) text.Append($"| {row} |\n");
                }
            }
            return text.ToString();
        }
    }

    private static void Visit(Type type, string path, OrderedDictionary<Type, List<string>> places)
    {
        if (places.TryGetValue(type, out var known))
        {
            if (!known.Exists(outer => path == outer || path.StartsWith($"{outer}.", StringComparison.Ordinal))) known.Add(path); // layers within layers
            return;
        }
        places.Add(type, [path]);
        foreach (var record in type.IsAbstract ? ModelCatalog.Kinds.Of(type).Select(kind => kind.Type) : [type])
            foreach (var key in RecordShape.Of(record).Keys)
                if (IsRecord(Element(key.Type))) Visit(Element(key.Type), path.Length == 0 ? key.Name : $"{path}.{key.Name}", places);
    }

    private static IEnumerable<string> Rows(Type record)
    {
        var defaults = Activator.CreateInstance(record)!; // required members as well: they are a rule of the compiler's
        return RecordShape.Of(record).Keys.Select(key =>
            $"`{key.Name}` | {Value(key.Type)} | {(key.IsRequired ? "required" : Default(key, key.Property.GetValue(defaults)))} | {Cell(Comments[$"P:{key.Property.DeclaringType!.FullName}.{key.Property.Name}"])}");
    }

    /// <summary>Of a list, what it holds.</summary>
    private static Type Element(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type;

    private static bool IsRecord(Type type) => type.Assembly == typeof(Recipe).Assembly && !type.IsEnum && Nullable.GetUnderlyingType(type) is null;

    private static string Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return string.Join(", ", Enum.GetNames(type).Select(name => $"`{RecordShape.Named(name)}`"));
        if (IsRecord(type)) return type.IsAbstract ? "kind" : "keys";
        if (type.IsGenericType) return $"list of {Value(type.GetGenericArguments()[0])}s";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "text",
            TypeCode.Boolean => "`true`, `false`",
            TypeCode.Double => "number",
            _ => "whole number",
        };
    }

    private static string Default(RecordKey key, object? value) => value switch
    {
        null => "`null`",
        string { Length: 0 } => "empty",
        string text => $"`{text}`",
        bool truth => truth ? "`true`" : "`false`",
        Enum name => $"`{RecordShape.Named(name.ToString())}`",
        IEnumerable list when IsRecord(Element(key.Type)) => $"`[{string.Join(", ", list.Cast<object>().Select(item => ModelCatalog.Kinds.Of(Element(key.Type)).First(kind => kind.Type == item.GetType()).Name))}]`",
        IEnumerable list => $"`[{string.Join(", ", list.Cast<object>())}]`",
        ConstantRecipe constant => FormattableString.Invariant($"`constant`, {constant.Value}"),
        _ when key.Type.IsAbstract => $"`{ModelCatalog.Kinds.Of(key.Type).First(kind => kind.Type == value.GetType()).Name}`",
        _ when IsRecord(key.Type) => "its own",
        double number => FormattableString.Invariant($"{number:0.#########}"),
        _ => $"{value}",
    };

    private static string Summary(Type type) => Cell(Comments[$"T:{type.FullName}"]);

    /// <summary>A comment as a line of Markdown.</summary>
    private static string Cell(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement see => $"`{Reference(see.Attribute("cref")!.Value)}`",
            _ => ((XText)node).Value,
        }));
        return Blank().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    /// <summary>What a reference is called in a recipe, if it is a value there, or else in code.</summary>
    private static string Reference(string cref)
    {
        var name = cref[2..].Split('(')[0].Split('.');
        return cref[0] switch
        {
            'F' => RecordShape.Named(name[^1]),
            'M' => $"{name[^2]}.{name[^1]}",
            _ => name[^1],
        };
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Blank();
}
