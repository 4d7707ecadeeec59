using System.Text.Json.Serialization;

namespace Latent.Cli.Doctor;

/// <summary>How a check came out, the worse the greater.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Status>))]
internal enum Status
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")] Ok,

    /// <summary>Cannot be told before another problem is solved.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>Works, but worse than it could.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    /// <summary>Does not work.</summary>
    [JsonStringEnumMemberName("problem")] Problem,
}
