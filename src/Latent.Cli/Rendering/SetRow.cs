using System.Text.Json.Serialization;
using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>A set that is known by name, and whether it is here.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is.</param>
/// <param name="Examples">Shape and kind of an example.</param>
/// <param name="Train">Examples for learning.</param>
/// <param name="Validation">Examples for choices.</param>
/// <param name="Test">Examples for reporting.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="Downloadable">Whether <c>latent data download</c> can fetch it.</param>
/// <param name="Source">Whom to cite.</param>
/// <param name="Missing">The files that are not there.</param>
internal sealed record SetRow(
    string Name, string Description, string Examples, long Train, long Validation, long Test, SetState State, bool Downloadable, string Source, IReadOnlyList<string> Missing)
{
    /// <summary>The sizes of the parts, in one word.</summary>
    [JsonIgnore]
    public string Sizes => $"{Train}/{Validation}/{Test}";

    /// <summary>Looks whether a set's files are there.</summary>
    /// <param name="set">The set.</param>
    /// <param name="root">The data root; null if none is set.</param>
    public static SetRow Of(NamedSet set, string? root)
    {
        string[] missing = [.. (root is null ? set.Files : set.MissingFiles(root)).Select(file => file.Path)];
        var state = set.IsGenerated ? SetState.Generated
            : missing.Length == 0 ? SetState.Present
            : missing.Length < set.Files.Count ? SetState.Incomplete
            : SetState.Missing;
        return new(set.Name, set.Description, set.Examples, set.Sizes.Train, set.Sizes.Validation, set.Sizes.Test, state, set.IsDownloadable, set.Source, missing);
    }
}
