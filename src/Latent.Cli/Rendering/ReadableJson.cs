using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latent.Cli.Rendering;

/// <summary>How objects for programs are written.</summary>
internal static class ReadableJson
{
    /// <summary>The same in one line, as events of a stream; numbers that are not finite are written by name.</summary>
    public static JsonSerializerOptions OnOneLine() => new(Options()) { WriteIndented = false, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Indented; quotes and letters stay as they are: the text goes to a terminal or a pipe, never into HTML. New each time, since a context keeps its own.</summary>
    public static JsonSerializerOptions Options() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
