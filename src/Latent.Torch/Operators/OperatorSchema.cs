namespace Latent.Torch;

/// <summary>Reads ATen schemas as far as messages need it.</summary>
internal static class OperatorSchema
{
    /// <summary>The names of a schema's arguments, in order.</summary>
    public static IReadOnlyList<string> ArgumentNames(string schema)
    {
        var open = schema.IndexOf('(');
        var names = new List<string>();
        var depth = 0;
        var start = open + 1;
        for (var i = open; i >= 0 && i < schema.Length; i++)
        {
            var c = schema[i];
            if (c is '(' or '[') depth++;
            if (c is ')' or ']') depth--;
            if (!((c == ',' && depth == 1) || (c == ')' && depth == 0))) continue;
            var argument = schema[start..i].Split('=')[0].Trim();
            if (argument.Length > 0 && argument != "*") names.Add(argument[(argument.LastIndexOf(' ') + 1)..]);
            start = i + 1;
            if (depth == 0) break;
        }
        return names;
    }
}
