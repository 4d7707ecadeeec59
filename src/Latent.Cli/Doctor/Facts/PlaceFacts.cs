using System.Text.Json.Serialization;

namespace Latent.Cli.Doctor.Facts;

/// <summary>A file that the native library could have been, and what came of it.</summary>
internal sealed record PlaceFacts(string Path, string Finding)
{
    /// <summary>What the loader said, in one line: .NET puts general advice before the system's own words, and these begin with the path.</summary>
    [JsonIgnore]
    public string Reason
    {
        get
        {
            var last = Finding.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? Finding;
            return last.StartsWith(Path + ": ", StringComparison.Ordinal) ? last[(Path.Length + 2)..] : last;
        }
    }
}
