using System.CommandLine;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary><c>latent data</c>: the data sets that are known by name, and the user's own.</summary>
internal sealed class DataCommand : Command
{
    /// <summary>The commands about data.</summary>
    /// <param name="sets">The sets that are known by name; those of <see cref="NamedSets"/> if null. They are not looked at before a command runs.</param>
    public DataCommand(Func<IReadOnlyList<NamedSet>>? sets = null) : base("data", "List, look at, fetch and make data.")
    {
        sets ??= () => NamedSets.All;
        Add(new DataListCommand(sets));
        Add(new DataShowCommand());
        Add(new DataDownloadCommand(sets));
        Add(new DataMakeCommand());
    }
}
