using System.CommandLine;

namespace Latent.Cli.Commands;

/// <summary>What to say about a command line that is not understood.</summary>
internal static class UsageError
{
    /// <summary>One or two sentences that name the word at fault and what was probably meant; null when nothing is wrong.</summary>
    public static string? In(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0) return null;
        var command = parsed.CommandResult.Command;
        var name = command.Parents.FirstOrDefault() is { } parent ? $"{parent.Name} {command.Name}" : command.Name;
        var help = $"See '{name} --help'.";
        if (parsed.UnmatchedTokens.FirstOrDefault() is not { } word)
        {
            return command.Subcommands.Count > 0 ? $"A command is missing. {help}" : $"{parsed.Errors[0].Message} {help}";
        }
        if (word.StartsWith('-'))
        {
            var options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(c => c.Options).Where(o => o.Recursive));
            return $"'{word}' is no option of '{name}'. {Suggest(word, options.Select(o => o.Name))}{help}";
        }
        return command.Subcommands.Count > 0
            ? $"'{word}' is no command of '{name}'. {Suggest(word, command.Subcommands.Select(c => c.Name))}{help}"
            : $"'{word}' is not taken by '{name}'. {help}";
    }

    private static string Suggest(string word, IEnumerable<string> known) =>
        NearestMatch.Of(word, known) is { } match ? $"Did you mean '{match}'? " : "";
}
