using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latent.Cli.Rendering;

/// <summary>How objects for programs are written.</summary>
internal static class ReadableJson
{
    /// <summary>Indented; quotes and letters stay as they are: the text goes to a terminal or a pipe, never into HTML. New each time, since a context keeps its own.</summary>
    public static JsonSerializerOptions Options() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
