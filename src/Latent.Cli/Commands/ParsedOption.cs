using System.CommandLine;

namespace Latent.Cli.Commands;

/// <summary>Options whose words are read by a function, and refused in one sentence.</summary>
internal static class ParsedOption
{
    /// <summary>An option with a value that may be left out.</summary>
    /// <param name="name">The option: <c>--resize</c>.</param>
    /// <param name="helpName">What stands for its value in the help: <c>HxW</c>.</param>
    /// <param name="description">What it does.</param>
    /// <param name="expected">What its value is, with an example, after "takes": <c>a height and a width, such as 28x28</c>.</param>
    /// <param name="parse">The value of a word; null where it is none.</param>
    public static Option<T?> Of<T>(string name, string helpName, string description, string expected, Func<string, T?> parse) where T : struct => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            if (parse(word) is { } value) return value;
            result.AddError($"{name} takes {expected}, not '{word}'.");
            return null;
        },
    };

    /// <summary>An option whose value is one of a few words.</summary>
    /// <param name="name">The option.</param>
    /// <param name="helpName">What stands for its value in the help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="values">The words and what they stand for.</param>
    public static Option<T?> OneOf<T>(string name, string helpName, string description, params IReadOnlyList<(string Word, T Value)> values) where T : struct
    {
        var words = values.Select(v => v.Word).ToList();
        return Of(name, helpName, description, $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}", word =>
        {
            var index = words.FindIndex(w => w.Equals(word, StringComparison.OrdinalIgnoreCase));
            return index < 0 ? (T?)null : values[index].Value;
        });
    }
}
