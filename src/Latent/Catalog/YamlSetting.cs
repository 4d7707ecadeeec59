namespace Latent.Catalog;

/// <summary>A setting of the command line, <c>--set model.latent=32</c>, laid over a recipe.</summary>
internal static class YamlSetting
{
    /// <summary>The recipe with the value in the place that the keys lead to; mappings that are missing on the way are made.</summary>
    /// <exception cref="RecipeException">This is no setting, or leads into something that is no mapping.</exception>
    public static YamlNode Apply(YamlNode recipe, string setting)
    {
        var place = $"--set {setting}";
        var at = setting.IndexOf('=');
        if (at < 1) throw new RecipeException(place, "a setting is a key, '=' and a value, as in --set model.latent=32.");
        var (path, text) = (setting[..at], setting[(at + 1)..]);
        var keys = path.Split('.');
        if (keys.Contains("")) throw new RecipeException(place, $"'{path}' has an empty part; keys are joined by single dots, as in model.latent.");
        var value = YamlReader.Read(text, (_, _) => place) ?? new YamlScalar(place, "", IsPlain: true);
        return Apply(recipe, keys, 0, value);
    }

    private static YamlNode Apply(YamlNode? node, string[] keys, int depth, YamlNode value)
    {
        if (depth == keys.Length) return value;
        var entries = node switch
        {
            YamlMapping m when depth == keys.Length - 1 && keys[depth] == YamlKinds.Key && IsOther(m, value) => [], // another kind has other keys
            YamlMapping m => m.Entries,
            null or YamlScalar { IsNull: true } => [],
            _ => throw new RecipeException(value.Place, $"'{string.Join('.', keys[..depth])}' is {(node is YamlList ? "a list" : "no mapping")}, so that it has no '{keys[depth]}'. Set it as a whole, as in --set '{string.Join('.', keys[..depth])}={Example(node)}'."),
        };
        var before = entries.FirstOrDefault(e => e.Key == keys[depth]);
        var after = new YamlEntry(before?.Place ?? value.Place, keys[depth], Apply(before?.Value, keys, depth + 1, value));
        return new YamlMapping(node is YamlMapping ? node.Place : value.Place, before is null ? [.. entries, after] : [.. entries.Select(e => e == before ? after : e)]);
    }

    /// <summary>What may stand in place of a part: a list with its first item, by its kind alone.</summary>
    private static string Example(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Text,
        YamlList { Items: [YamlMapping first, ..] } when first.Entries.FirstOrDefault(e => e.Key == YamlKinds.Key)?.Value is YamlScalar kind => $"[{{{YamlKinds.Key}: {kind.Text}}}]",
        YamlList { Items: [YamlScalar first, ..] } => $"[{first.Text}]",
        _ => "[…]",
    };

    private static bool IsOther(YamlMapping mapping, YamlNode kind) =>
        mapping.Entries.FirstOrDefault(e => e.Key == YamlKinds.Key)?.Value is YamlScalar before && kind is YamlScalar after && before.Text != after.Text;
}
