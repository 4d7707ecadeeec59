using System.Globalization;
using Latent.OperatorGenerator;

namespace Latent.Torch.Tests.Operators;

/// <summary>Whether a call written against one schema fits another, as libtorch's later versions extend theirs.</summary>
internal static class SchemaComparison
{
    /// <summary>
    /// The first difference that would break a call; null if there is none. SymInt counts as int, aliasing does not matter,
    /// and the running schema may have further arguments at the end, or further defaults.
    /// </summary>
    public static string? Difference(string written, string running)
    {
        var (ours, theirs) = (SchemaReader.Read(written), SchemaReader.Read(running));
        if ((ours.Name, ours.Overload) != (theirs.Name, theirs.Overload)) return $"the name is {theirs.Name}.{theirs.Overload}";
        if (theirs.Arguments.Count < ours.Arguments.Count) return $"the argument {ours.Arguments[theirs.Arguments.Count].Name} is gone";
        for (var i = 0; i < theirs.Arguments.Count; i++)
        {
            var their = theirs.Arguments[i];
            if (i >= ours.Arguments.Count)
            {
                if (their.Default is null) return $"the argument {their.Name} is new and has no default";
                continue;
            }
            var our = ours.Arguments[i];
            if (our.Name != their.Name) return $"argument {i} is {their.Name}, not {our.Name}";
            if (Form(our) != Form(their)) return $"{our.Name} is {Form(their)}, not {Form(our)}";
            if (our.Default is not null && !SameDefault(our.Default, their.Default)) return $"the default of {our.Name} is {their.Default ?? "gone"}, not {our.Default}";
        }
        var (ourResults, theirResults) = (Results(ours), Results(theirs));
        return ourResults == theirResults ? null : $"the result is {theirResults}, not {ourResults}";
    }

    private static string Form(SchemaArgument argument) => $"{argument.Type}{(argument.Type.IsWritten ? "!" : "")}";

    private static string Results(Schema schema) => string.Join(", ", schema.Results.Select(r => r.Type.ToString()));

    private static bool SameDefault(string ours, string? theirs) =>
        ours == theirs
        || (double.TryParse(ours, CultureInfo.InvariantCulture, out var a) && double.TryParse(theirs, CultureInfo.InvariantCulture, out var b) && a == b);
}
