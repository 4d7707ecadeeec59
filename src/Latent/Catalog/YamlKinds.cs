namespace Latent.Catalog;

/// <summary>The records that may stand where a recipe declares an abstract one, each by the name that follows its key <c>kind</c>.</summary>
/// <example><code>
/// new YamlKinds()
///     .Add&lt;PriorRecipe, StandardNormalRecipe&gt;("standardNormal")
///     .Add&lt;PriorRecipe, MixtureRecipe&gt;("mixture")
/// </code></example>
public sealed class YamlKinds
{
    internal const string Key = "kind";

    private readonly Dictionary<Type, List<(string Name, Type Type)>> _kinds = [];

    /// <summary>Adds a kind.</summary>
    /// <typeparam name="TAbstract">What a recipe declares.</typeparam>
    /// <typeparam name="TKind">The record that stands there.</typeparam>
    /// <param name="name">The name after <c>kind:</c>.</param>
    /// <returns>These kinds.</returns>
    /// <exception cref="ArgumentException">The declared type is not abstract or the kind is; the name or the kind is there already; or the kind has a key <c>kind</c> of its own.</exception>
    public YamlKinds Add<TAbstract, TKind>(string name) where TAbstract : class where TKind : TAbstract
    {
        if (!typeof(TAbstract).IsAbstract) throw new ArgumentException($"{typeof(TAbstract)} is not abstract, so that it has no kinds.", nameof(name));
        if (typeof(TKind).IsAbstract) throw new ArgumentException($"{typeof(TKind)} is abstract; a kind is a record that can be made.", nameof(name));
        if (!_kinds.TryGetValue(typeof(TAbstract), out var kinds)) _kinds.Add(typeof(TAbstract), kinds = []);
        if (kinds.Exists(k => k.Name == name || k.Type == typeof(TKind))) throw new ArgumentException($"{typeof(TAbstract)} has the kind '{name}' or {typeof(TKind)} already.", nameof(name));
        if (RecordShape.Of(typeof(TKind)).Keys.Any(k => k.Name == Key)) throw new ArgumentException($"{typeof(TKind)} has a key '{Key}', which is taken.", nameof(name));
        kinds.Add((name, typeof(TKind)));
        return this;
    }

    /// <summary>The kinds of an abstract record, in the order in which they were added.</summary>
    internal IReadOnlyList<(string Name, Type Type)> Of(Type declared) => _kinds.TryGetValue(declared, out var kinds)
        ? kinds
        : throw new NotSupportedException($"{declared} is abstract and has no kinds; add them to the {nameof(YamlKinds)}.");
}
