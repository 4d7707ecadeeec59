using System.CommandLine;
using System.Text.RegularExpressions;

namespace Latent.Cli.Commands;

/// <summary>
/// The choices about data that messages name as options, <c>--levels</c>, in the words of the command that was called: another
/// takes them as settings of the recipe, or has them from a run and cannot change them.
/// </summary>
internal static partial class DataChoices
{
    private static readonly Dictionary<string, string> s_keys = new(
        ((string[])["validation", "test", "label", "header", "separator", "levels", "array", "channels", "threshold"]).Select(choice => KeyValuePair.Create(choice, choice)))
    {
        ["test-data"] = "testData",
        ["resize"] = "size",
    };

    /// <summary>A message that names no choice but those that a command has.</summary>
    public static string Spelled(string message, Command command)
    {
        bool Has(string option) => command.Options.Any(o => o.Name == option);
        return Choice().Replace(message, match =>
        {
            var choice = match.Groups["choice"].Value;
            if (!s_keys.TryGetValue(choice, out var key) || Has($"--{choice}")) return match.Value;
            if (!Has("--set")) return match.Groups["before"].Value.Length > 0 ? "" : match.Value;
            var value = match.Groups["value"] is { Success: true, Value: var given } ? given : "…";
            return $"{match.Groups["before"].Value}--set data.{key}={value}{match.Groups["after"].Value}";
        });
    }

    [GeneratedRegex(@"(?<before> \()?--(?<choice>[a-z-]+)( (?<value>[0-9]+|'[^']*'))?(?<after>(?(before)\)))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Choice();
}
