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
        var lineage = Lineage(command).ToList();
        var name = string.Join(' ', lineage.AsEnumerable().Reverse().Select(c => c.Name));
        var help = $"See '{name} --help'.";
        if (parsed.UnmatchedTokens.FirstOrDefault() is not { } word)
        {
            return command.Subcommands.Count > 0 ? $"A command is missing. {help}"
                : MissingArgument(parsed) is { } missing ? $"'{name}' needs a <{missing.Name}>. {help}"
                : $"{parsed.Errors[0].Message} {help}";
        }
        if (word.StartsWith('-'))
        {
            var options = lineage.SelectMany(c => c.Options.Where(o => c == command || o.Recursive));
            return $"'{word}' is no option of '{name}'. {Suggest(word, options.Select(o => o.Name))}{help}";
        }
        return command.Subcommands.Count > 0
            ? $"'{word}' is no command of '{name}'. {Suggest(word, command.Subcommands.Select(c => c.Name))}{help}"
            : $"'{word}' is not taken by '{name}'. {help}";
    }

    private static Argument? MissingArgument(ParseResult parsed) =>
        parsed.CommandResult.Command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null or { Tokens.Count: 0 });

    /// <summary>The command, the group it belongs to, and so on up to <c>latent</c>.</summary>
    private static IEnumerable<Command> Lineage(Command? command)
    {
        for (; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault()) yield return command;
    }

    private static string Suggest(string word, IEnumerable<string> known) =>
        NearestMatch.Of(word, known) is { } match ? $"Did you mean '{match}'? " : "";
}
