using System.Text.Json;
using System.Text.Json.Serialization;
using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>The sets that are known by name: the object of <c>latent data list --json</c>.</summary>
/// <param name="Schema">The number of this layout. Keys may be added under the same number; none changes its meaning or goes.</param>
/// <param name="DataRoot">The folder where sets are looked for; null if none is set.</param>
/// <param name="Sets">The sets.</param>
internal sealed record SetList(int Schema, string? DataRoot, IReadOnlyList<SetRow> Sets)
{
    /// <summary>Looks which sets are there.</summary>
    public static SetList Of(IReadOnlyList<NamedSet> sets, string? root)
    {
        var folder = root is null ? null : Path.GetFullPath(root);
        return new(1, folder, [.. sets.Select(set => SetRow.Of(set, folder))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, SetListContext.Readable.SetList);
}

[JsonSerializable(typeof(SetList))]
internal sealed partial class SetListContext : JsonSerializerContext
{
    public static SetListContext Readable { get; } = new(ReadableJson.Options());
}
