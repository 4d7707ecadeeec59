using System.Text.Json.Serialization;

namespace Latent.Cli.Rendering;

/// <summary>Whether a named set can be used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetState>))]
internal enum SetState
{
    /// <summary>The program makes it.</summary>
    [JsonStringEnumMemberName("generated")] Generated,

    /// <summary>All its files are there.</summary>
    [JsonStringEnumMemberName("present")] Present,

    /// <summary>Some of its files are there.</summary>
    [JsonStringEnumMemberName("incomplete")] Incomplete,

    /// <summary>None of its files is there.</summary>
    [JsonStringEnumMemberName("missing")] Missing,
}
