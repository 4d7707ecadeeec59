using System.Text;

namespace Latent.Catalog;

/// <summary>Recipes as text: YAML to records and back, strictly.</summary>
/// <remarks>
/// <para>The keys of a mapping are those of a record in camelCase: the parameters of its constructor, and the properties set on creation. A key that
/// is missing takes the record's default; one that has none must be there. Values are <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>,
/// <see cref="long"/>, <see cref="ulong"/>, <see cref="double"/>, enumerations (camelCase), their nullable forms (<c>null</c>), arrays and
/// <see cref="IReadOnlyList{T}"/>, <see cref="IReadOnlyDictionary{TKey,TValue}"/> of names, records, and abstract records, whose kind the key
/// <c>kind</c> names (<see cref="YamlKinds"/>); without it, that of the key's default is meant.</para>
/// <para>A record checks itself: an <see cref="ArgumentException"/> of its constructor or of a property's init accessor becomes a
/// <see cref="RecipeException"/> at the value in question.</para>
/// <para>Domain: one document of UTF-8, without tags, anchors and aliases, indented with spaces; no key twice. A number in quotes is text.</para>
/// </remarks>
/// <param name="kinds">The records that may stand for abstract ones.</param>
public sealed class RecipeYaml(YamlKinds kinds)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly YamlBinder _binder = new(kinds);

    /// <summary>Reads a recipe.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="text">The recipe.</param>
    /// <param name="source">Where it comes from, for messages: the file's name.</param>
    /// <param name="settings">Values that replace those of the text or its defaults, as in <c>model.latent=32</c> or <c>model.hidden=[400, 200]</c>; later ones win. Another <c>kind</c> replaces all that belonged to the one before.</param>
    /// <exception cref="RecipeException">The text or a setting is none of such a record.</exception>
    public T Read<T>(string text, string source, params IEnumerable<string> settings) where T : class
    {
        // Some editors put a byte order mark in front.
        var recipe = YamlReader.Read(text.TrimStart('\uFEFF'), (line, column) => $"{source}, line {line}, column {column}")
            ?? throw new RecipeException(source, "the recipe is empty. Write its keys and values, one 'key: value' a line.");
        return With((T)_binder.Bind(recipe, typeof(T))!, source, settings);
    }

    /// <summary>Reads a recipe from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Values that replace those of the file; later ones win.</param>
    /// <inheritdoc cref="Read" path="/typeparam|/exception"/>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not read the file.</exception>
    public T ReadFile<T>(string path, params IEnumerable<string> settings) where T : class
    {
        try
        {
            return Read<T>(StrictUtf8.GetString(File.ReadAllBytes(path)), path, settings);
        }
        catch (DecoderFallbackException e)
        {
            throw new RecipeException($"{path}, byte {e.Index}", "this is no UTF-8. Save the file as text in UTF-8.", e);
        }
    }

    /// <summary>A recipe with some of its values replaced.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="recipe">The recipe to begin with.</param>
    /// <param name="settings">The values, as in <c>model.latent=32</c> or <c>model.hidden=[400, 200]</c>; later ones win.</param>
    /// <exception cref="RecipeException">A setting does not fit the record.</exception>
    public T With<T>(T recipe, params IEnumerable<string> settings) where T : class => With(recipe, "recipe", settings);

    /// <summary>Writes a recipe with all its values, defaults too, in the order of their declaration.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="recipe">The recipe.</param>
    /// <returns>A document that reads back as an equal record.</returns>
    public string Write<T>(T recipe) where T : class => YamlWriter.Write(_binder.Unbind(recipe, typeof(T), "recipe"));

    // Over the record and not its text, so that what the text left out can be set too.
    private T With<T>(T recipe, string source, IEnumerable<string> settings) where T : class =>
        settings.Any() ? (T)_binder.Bind(settings.Aggregate(_binder.Unbind(recipe, typeof(T), source), YamlSetting.Apply), typeof(T))! : recipe;
}
