using System.Collections;
using System.Globalization;

namespace Latent.Catalog;

/// <summary>Turns the parts of a recipe into records and back.</summary>
/// <param name="kinds">The records that may stand for abstract ones.</param>
internal sealed class YamlBinder(YamlKinds kinds)
{
    private static readonly Dictionary<Type, (Int128 Least, Int128 Most)> WholeNumbers = new()
    {
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
    };

    /// <summary>What a part of a recipe says, as a value of a type.</summary>
    /// <param name="node">The part.</param>
    /// <param name="type">The type.</param>
    /// <param name="path">The keys that lead there, joined by dots; empty for the whole recipe.</param>
    /// <param name="isNullable">Whether it may be null.</param>
    /// <param name="usual">The record that is meant where an abstract one is declared and no kind is named; null if it must be.</param>
    /// <exception cref="RecipeException">It says no such thing.</exception>
    /// <exception cref="NotSupportedException">The type is none that recipes hold.</exception>
    public object? Bind(YamlNode node, Type type, string path = "", bool isNullable = false, Type? usual = null)
    {
        if (isNullable && node is YamlScalar { IsNull: true }) return null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return node is YamlScalar { IsNull: false } text ? text.Text : throw Unexpected(node, path, "text");
        if (type == typeof(bool)) return node is YamlScalar { IsPlain: true, Text: "true" or "false" } truth ? truth.Text == "true" : throw Unexpected(node, path, "true or false");
        if (type == typeof(double)) return BindNumber(node, path);
        if (WholeNumbers.TryGetValue(type, out var range)) return BindWholeNumber(node, path, type, range);
        if (type.IsEnum) return BindEnum(node, path, type);
        if (ElementOfList(type) is { } element) return BindList(node, path, element);
        if (ElementOfDictionary(type) is { } value) return BindDictionary(node, path, value);
        return BindRecord(node, path, type, usual);
    }

    /// <summary>A value as a part of a recipe.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The declared type.</param>
    /// <param name="place">The place of all parts.</param>
    /// <exception cref="NotSupportedException">The value is of a type that no recipe holds.</exception>
    public YamlNode Unbind(object? value, Type type, string place)
    {
        switch (value)
        {
            case null: return Plain("null");
            case string text: return YamlWriter.Text(text, place);
            case bool truth: return Plain(truth ? "true" : "false");
            case double number: return Plain(Format(number));
            case int or long or ulong: return Plain(Convert.ToString(value, CultureInfo.InvariantCulture)!);
            case Enum: return Plain(RecordShape.Named(value.ToString()!));
        }
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOfList(type) is { } element)
            return new YamlList(place, [.. ((IEnumerable)value).Cast<object?>().Select(item => Unbind(item, element, place))]);
        if (ElementOfDictionary(type) is { } valueType)
        {
            var pairs = (IDictionary)value;
            return new YamlMapping(place, [.. pairs.Keys.Cast<string>().Select(key => new YamlEntry(place, key, Unbind(pairs[key], valueType, place)))]);
        }
        var entries = RecordShape.Of(value.GetType()).Keys.Select(key => new YamlEntry(place, key.Name, Unbind(key.Property.GetValue(value), key.Type, place)));
        if (!type.IsAbstract) return new YamlMapping(place, [.. entries]);
        var (kind, _) = kinds.Of(type).FirstOrDefault(k => k.Type == value.GetType());
        if (kind is null) throw new NotSupportedException($"{value.GetType()} is no kind of {type}; add it to the {nameof(YamlKinds)}.");
        return new YamlMapping(place, [new(place, YamlKinds.Key, YamlWriter.Text(kind, place)), .. entries]);

        YamlScalar Plain(string text) => new(place, text, IsPlain: true);
    }

    private static double BindNumber(YamlNode node, string path)
    {
        switch (node)
        {
            case YamlScalar { IsPlain: true, Text: ".nan" }: return double.NaN;
            case YamlScalar { IsPlain: true, Text: ".inf" or "+.inf" }: return double.PositiveInfinity;
            case YamlScalar { IsPlain: true, Text: "-.inf" }: return double.NegativeInfinity;
        }
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (node is not YamlScalar { IsPlain: true, Text: var text } || text.AsSpan().ContainsAnyExcept("0123456789+-.eE") || !double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number))
            throw Unexpected(node, path, "a number");
        return double.IsFinite(number) ? number : throw Unexpected(node, path, "a number below 1.8e308");
    }

    private static object BindWholeNumber(YamlNode node, string path, Type type, (Int128 Least, Int128 Most) range)
    {
        if (node is not YamlScalar { IsPlain: true, Text: var text } || text.TrimStart('+', '-') is not { Length: > 0 } digits || digits.AsSpan().ContainsAnyExceptInRange('0', '9') || text.Length > digits.Length + 1)
            throw Unexpected(node, path, "a whole number");
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < range.Least || number > range.Most)
            throw Unexpected(node, path, $"a whole number from {range.Least} to {range.Most}");
        return type == typeof(int) ? (int)number : type == typeof(long) ? (long)number : (object)(ulong)number;
    }

    private static object BindEnum(YamlNode node, string path, Type type)
    {
        var names = Enum.GetNames(type).ToDictionary(RecordShape.Named);
        if (node is not YamlScalar { IsNull: false, Text: var text }) throw Unexpected(node, path, $"one of {string.Join(", ", names.Keys)}");
        return names.TryGetValue(text, out var name) ? Enum.Parse(type, name) : throw Unknown(node.Place, text, $"value of {Named(path)}", names.Keys);
    }

    private Array BindList(YamlNode node, string path, Type element)
    {
        if (node is not YamlList list) throw Unexpected(node, path, "a list, such as [1, 2]");
        var items = Array.CreateInstance(element, list.Items.Count);
        for (var i = 0; i < items.Length; i++) items.SetValue(Bind(list.Items[i], element, $"{path}[{i}]"), i);
        return items;
    }

    private IDictionary BindDictionary(YamlNode node, string path, Type value)
    {
        if (node is not YamlMapping mapping) throw Unexpected(node, path, "a mapping of names");
        var pairs = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var entry in mapping.Entries) pairs.Add(entry.Key, Bind(entry.Value, value, Join(path, entry.Key)));
        return pairs;
    }

    private object BindRecord(YamlNode node, string path, Type declared, Type? usual)
    {
        if (node is not YamlMapping mapping) throw Unexpected(node, path, declared.IsAbstract ? $"a mapping with a kind, such as {Example(node, path, declared, usual)}" : "a mapping, such as 'key: value'");
        var (type, whose) = declared.IsAbstract ? FindKind(mapping, path, declared, usual) : (declared, Named(path));
        var keys = RecordShape.Of(type).Keys;
        var values = new Dictionary<string, object?>();
        foreach (var entry in mapping.Entries)
        {
            if (declared.IsAbstract && entry.Key == YamlKinds.Key) continue;
            var key = keys.FirstOrDefault(k => k.Name == entry.Key)
                ?? throw Unknown(entry.Place, entry.Key, $"key of {whose}", declared.IsAbstract ? [YamlKinds.Key, .. keys.Select(k => k.Name)] : keys.Select(k => k.Name));
            values.Add(key.Name, Bind(entry.Value, key.Type, Join(path, key.Name), key.IsNullable, key.DefaultType));
        }
        if (keys.FirstOrDefault(k => k.IsRequired && !values.ContainsKey(k.Name)) is { } missing)
            throw new RecipeException(mapping.Place, $"{whose} lacks the key '{missing.Name}'.{Keys(keys.Where(k => k.IsRequired).Select(k => k.Name), " Required")}");
        return RecordShape.Of(type).Create(values, (e, key) => mapping.Entries.FirstOrDefault(entry => entry.Key == key) is { } entry
            ? new RecipeException(entry.Value.Place, $"{Named(Join(path, entry.Key))} does not fit. {Reason(e)}", e)
            : new RecipeException(mapping.Place, $"{whose} does not fit. {Reason(e)}", e));
    }

    private (Type Type, string Whose) FindKind(YamlMapping mapping, string path, Type declared, Type? usual)
    {
        var known = kinds.Of(declared);
        var names = known.Select(k => k.Name);
        var given = mapping.Entries.FirstOrDefault(entry => entry.Key == YamlKinds.Key);
        if (given is null && known.FirstOrDefault(k => k.Type == usual) is { Type: not null } meant) return (meant.Type, $"{Named(path)} of kind '{meant.Name}'");
        if (given is null) throw new RecipeException(mapping.Place, $"{Named(path)} lacks the key '{YamlKinds.Key}'.{Keys(names)}");
        if (given.Value is not YamlScalar { IsNull: false, Text: var name }) throw Unexpected(given.Value, Join(path, YamlKinds.Key), $"one of {string.Join(", ", names)}");
        var (_, type) = known.FirstOrDefault(k => k.Name == name);
        return type is null ? throw Unknown(given.Value.Place, name, $"kind of {Named(path)}", names) : (type, $"{Named(path)} of kind '{name}'");
    }

    /// <summary>What was probably meant by a word or a number where a mapping with a kind belongs.</summary>
    private string Example(YamlNode node, string path, Type declared, Type? usual)
    {
        var known = kinds.Of(declared);
        var word = node is YamlScalar { IsNull: false } scalar ? scalar.Text : "";
        if (known.Any(k => k.Name == word)) return $"{{kind: {word}}} (with --set: {path}.kind={word})";
        var (name, type) = known.FirstOrDefault(k => k.Type == usual) is { Type: not null } meant ? meant : known[0];
        var key = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? RecordShape.Of(type).Keys.FirstOrDefault(k => k.Type == typeof(double)) : null;
        if (key is null) return $"{{kind: {name}}}";
        var isUsual = type == usual;   // then its kind need not be named
        return $"{{kind: {name}, {key.Name}: {word}}}{(isUsual ? $" (with --set: {path}.{key.Name}={word})" : "")}";
    }

    private static Type? ElementOfList(Type type) =>
        type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? ElementOfDictionary(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && type.GetGenericArguments() is [var key, var value] && key == typeof(string) ? value : null;

    /// <summary>The shortest number that reads back the same, with the point and sign that YAML 1.1 wants in front of and in an exponent.</summary>
    private static string Format(double number)
    {
        if (double.IsNaN(number)) return ".nan";
        if (double.IsInfinity(number)) return number > 0 ? ".inf" : "-.inf";
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOf('E') is >= 0 and var e ? $"{text[..e]}{(text.Contains('.') ? "" : ".0")}e{text[(e + 1)..]}" : text;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Named(string path) => path.Length == 0 ? "the recipe" : $"'{path}'";

    private static string Keys(IEnumerable<string> names, string title = " Allowed") => $"{title}: {string.Join(", ", names)}.";

    private static RecipeException Unknown(string place, string word, string what, IEnumerable<string> known) =>
        new(place, $"'{word}' is no {what}.{(NearestMatch.Of(word, known) is { } match ? $" Did you mean '{match}'?" : "")}{Keys(known)}");

    private static RecipeException Unexpected(YamlNode node, string path, string expected) => new(node.Place, $"{Named(path)} must be {expected}, not {node switch
    {
        YamlScalar { IsNull: true } => "nothing",
        YamlScalar { IsPlain: true } scalar => $"'{scalar.Text}'",
        YamlScalar quoted => $"the text \"{quoted.Text}\" in quotes",
        YamlList => "a list",
        _ => "a mapping",
    }}.");

    /// <summary>What an argument exception says, without the lines that .NET adds.</summary>
    private static string Reason(ArgumentException e) => e.Message.Split('\n')[0].Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
}
