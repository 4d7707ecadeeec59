using System.Text.Json;
using System.Text.Json.Serialization;
using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>What data are like: the object of <c>latent data show --json</c>.</summary>
/// <param name="Schema">The number of this layout. Keys may be added under the same number; none changes its meaning or goes.</param>
/// <param name="Name">The name of the set or the file.</param>
/// <param name="Description">What it is; null for a user's own file.</param>
/// <param name="Source">Whom to cite; null for a user's own file.</param>
/// <param name="Examples">Shape and kind of an example in words.</param>
/// <param name="Shape">The shape of an example, or of a step of a sequence.</param>
/// <param name="Levels">How many values there are; null for reals.</param>
/// <param name="Protocol">How the parts were made.</param>
/// <param name="Preprocessing">What was done to the values.</param>
/// <param name="StandardizationLogDet">What standardisation adds to log p(x), in nats; null if there was none.</param>
/// <param name="Parts">The parts.</param>
/// <param name="Values">The values of the training set.</param>
/// <param name="Columns">Each coordinate of the training set, where examples are vectors; else empty.</param>
/// <param name="Factors">The names of what else is known of each example.</param>
internal sealed record DataSummary(
    int Schema, string Name, string? Description, string? Source, string Examples, IReadOnlyList<long> Shape, int? Levels, string Protocol, string Preprocessing,
    double? StandardizationLogDet, IReadOnlyList<PartSummary> Parts, ValueSummary Values, IReadOnlyList<ValueSummary> Columns, IReadOnlyList<string> Factors)
{
    public static DataSummary Of(DataSplits splits)
    {
        var train = splits.Train;
        var set = NamedSets.TryFind(splits.Name);
        return new(
            1, splits.Name, set?.Description, set is null or { IsGenerated: true } ? null : set.Source, train.Description[(train.Description.IndexOf('×', StringComparison.Ordinal) + 2)..],
            train.EventShape.AsSpan().ToArray(), train.Levels, splits.Protocol, splits.Preprocessing.ToString(), splits.Standardization?.LogDet,
            [.. splits.Parts.Select(part => PartSummary.Of(part.Name, part.Data))],
            ValueSummary.Of(train), train.EventShape.Rank == 1 && !train.IsSequence ? ValueSummary.OfColumns(train) : [], train.FactorNames);
    }

    public string ToJson() => JsonSerializer.Serialize(this, DataSummaryContext.Readable.DataSummary);
}

[JsonSerializable(typeof(DataSummary))]
internal sealed partial class DataSummaryContext : JsonSerializerContext
{
    public static DataSummaryContext Readable { get; } = new(ReadableJson.Options());
}
