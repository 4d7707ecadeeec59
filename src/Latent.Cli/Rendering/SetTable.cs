using Spectre.Console;

namespace Latent.Cli.Rendering;

/// <summary>The sets that are known by name, for people: a line for each, grouped by what one can do with it.</summary>
internal static class SetTable
{
    private const int LeastDescription = 24;
    private static readonly Style s_dim = new(decoration: Decoration.Dim);
    private static readonly Style s_bold = new(decoration: Decoration.Bold);

    public static void Write(SetList list, IAnsiConsole console)
    {
        var (names, examples, sizes) = (list.Sets.Max(s => s.Name.Length), list.Sets.Max(s => s.Examples.Length), list.Sets.Max(s => s.Sizes.Length));
        var room = console.Profile.Width - (names + examples + sizes + 8);
        foreach (var (heading, rows) in Groups(list))
        {
            if (rows.Count == 0) continue;
            console.Write(new Text(heading, s_bold));
            console.WriteLine();
            foreach (var row in rows)
            {
                var line = $"  {row.Name.PadRight(names)}  {row.Examples.PadRight(examples)}  {row.Sizes.PadRight(sizes)}";
                if (room < LeastDescription)
                {
                    console.Write(new Text(line.TrimEnd()));
                }
                else
                {
                    console.Write(new Text(line + "  "));
                    console.Write(new Text(row.Description.Length <= room ? row.Description : row.Description[..(room - 1)].TrimEnd() + "…", s_dim));
                }
                console.WriteLine();
            }
            console.WriteLine();
        }
        console.Write(new Text("The columns: name, shape and kind of an example, examples for training/validation/test."));
        console.WriteLine();
        console.Write(new Text("'latent data show NAME' says more about a set."));
        console.WriteLine();
    }

    private static IEnumerable<(string Heading, IReadOnlyList<SetRow> Rows)> Groups(SetList list)
    {
        IReadOnlyList<SetRow> In(SetState state) => [.. list.Sets.Where(s => s.State == state)];
        var elsewhere = list.DataRoot is null ? "" : $" from {list.DataRoot}";
        var missing = In(SetState.Missing);
        yield return ("Generated", In(SetState.Generated));
        yield return ($"Present in {list.DataRoot}", In(SetState.Present));
        yield return ($"Incomplete in {list.DataRoot}", In(SetState.Incomplete));
        yield return ($"Missing{elsewhere}; 'latent data download NAME' fetches one", [.. missing.Where(s => s.Downloadable)]);
        yield return ($"Missing{elsewhere}; 'latent data show NAME' says where to get one", [.. missing.Where(s => !s.Downloadable)]);
    }
}
