using System.Collections;
using System.IO.Enumeration;

namespace Latent.Torch;

/// <summary>Some parameters of a store: what an optimizer, an average or a clip works on.</summary>
public sealed class ParameterSelection : IReadOnlyList<Parameter>
{
    private readonly IReadOnlyList<Parameter> parameters;

    private ParameterSelection(ParameterStore store, IReadOnlyList<Parameter> parameters) => (Store, this.parameters) = (store, parameters);

    /// <summary>The store that the parameters belong to.</summary>
    public ParameterStore Store { get; }

    /// <inheritdoc/>
    public int Count => parameters.Count;

    /// <inheritdoc/>
    public Parameter this[int index] => parameters[index];

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => parameters.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All parameters of a store.</summary>
    public static implicit operator ParameterSelection(ParameterStore store) => new(store, store.Parameters);

    internal static ParameterSelection Of(ParameterStore store, ReadOnlySpan<string> globs)
    {
        var chosen = new List<Parameter>();
        foreach (var parameter in store.Parameters)
            foreach (var glob in globs)
            {
                if (!Matches(glob.Split('/'), parameter.Path.Split('/'))) continue;
                chosen.Add(parameter);
                break;
            }
        if (chosen.Count == 0)
            throw new ArgumentException($"No parameter matches {string.Join(" or ", globs.ToArray())}. There are: {string.Join(", ", store.Parameters.Select(p => p.Path).Take(20))}{(store.Parameters.Count > 20 ? ", …" : "")}.", nameof(globs));
        return new(store, chosen);
    }

    private static bool Matches(ReadOnlySpan<string> glob, ReadOnlySpan<string> path)
    {
        if (glob.IsEmpty) return path.IsEmpty;
        if (glob[0] == "**")
        {
            for (var skipped = 0; skipped <= path.Length; skipped++)
                if (Matches(glob[1..], path[skipped..])) return true;
            return false;
        }
        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(glob[0], path[0], ignoreCase: false) && Matches(glob[1..], path[1..]);
    }
}
