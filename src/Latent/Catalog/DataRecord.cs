using System.Text.Json;
using System.Text.Json.Serialization;
using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Catalog;

/// <summary>What a run keeps of its data, so that a trained model can be used without them: <c>data.json</c>.</summary>
public sealed record DataRecord
{
    // Strict: a key or a value that damage hid would change what every number of the model means.
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The name of the set.</summary>
    public required string Name { get; init; }

    /// <summary>How it was split.</summary>
    public required string Protocol { get; init; }

    /// <summary>The shape of an example.</summary>
    public required IReadOnlyList<long> EventShape { get; init; }

    /// <summary>How many values an element may have, after preprocessing; null for reals.</summary>
    public int? Levels { get; init; }

    /// <summary>How many classes there are; null without labels.</summary>
    public int? Classes { get; init; }

    /// <summary>What was done to the values.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>The names of the coordinates, where they came from a table that had them; else null.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The words for the classes 0, 1, …, where they came from a table that had them; else null.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>μ of the standardisation, one per coordinate; null without.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>σ of the standardisation; null without.</summary>
    public IReadOnlyList<double>? Scale { get; init; }

    /// <summary><see cref="DataSplits.Fingerprint"/> of what was trained on; null in runs that began before it was kept.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>What a model has to know of it; the training set's mean is not kept.</summary>
    [JsonIgnore]
    public DataSummary Summary => new(new Shape([.. EventShape]), Levels, ReadOnlyMemory<double>.Empty, Classes);

    /// <summary>The standardisation; null without.</summary>
    [JsonIgnore]
    public Standardization? Standardization => Mean is null || Scale is null ? null : new([.. Mean], [.. Scale]);

    /// <summary>The record of data after preprocessing.</summary>
    public static DataRecord Of(DataSplits data) => new()
    {
        Name = data.Name,
        Protocol = data.Protocol,
        EventShape = data.Train.EventShape.AsSpan().ToArray(),
        Levels = data.Train.Levels,
        Classes = DataSummary.Of(data.Train).Classes,
        Preprocessing = data.Preprocessing.ToString(),
        Columns = data.Train.ColumnNames is { Count: > 0 } columns ? columns : null,
        ClassNames = data.Train.ClassNames is { Count: > 0 } names ? names : null,
        Mean = data.Standardization?.Mean.ToArray(),
        Scale = data.Standardization?.Scale.ToArray(),
        Fingerprint = data.Fingerprint,
    };

    /// <summary>The columns that other tables must have to go with the model.</summary>
    /// <param name="isConditional">Whether the model looks at classes.</param>
    internal TableLayout Layout(bool isConditional) => new(checked((int)Summary.EventShape.Elements), Columns ?? [], ClassNames ?? [], isConditional);

    /// <summary>Checks that data are those of the run.</summary>
    /// <param name="data">The data as they are now.</param>
    /// <param name="run">The run's folder.</param>
    /// <exception cref="IOException">They have changed since.</exception>
    internal void CheckIsOf(DataSplits data, RunFolder run)
    {
        if (Fingerprint is null || data.Fingerprint == Fingerprint) return;
        var sizes = data.Protocol == Protocol ? "" : $" ({data.Protocol}; then {Protocol})";
        throw new IOException($"'{data.Name}' is no longer what '{run.Name}' was trained on: its examples have changed{sizes}, so that the test set may hold what the model has seen. Bring the old data back, or train a new run; score, encode and reconstruct take any data with --data.");
    }

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static DataRecord Read(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize<DataRecord>(File.ReadAllText(path), Format) ?? throw new JsonException("It is empty.");
            record.Check();
            return record;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new MalformedFileException(path, e is JsonException { LineNumber: { } line } ? $"line {line + 1}" : "content", $"It is no record of data: {e.Message}", "Restore the file, or train again.", e);
        }
    }

    /// <summary>Says what cannot be true together.</summary>
    private void Check()
    {
        if (EventShape.Count == 0 || EventShape.Any(size => size < 1)) throw new JsonException($"The shape [{string.Join(", ", EventShape)}] is none of an example.");
        if (Levels is < 2 or > 256) throw new JsonException($"There are no {Levels} levels, but 2 to 256.");
        if (Classes < 1) throw new JsonException($"There are no {Classes} classes, but 1 or more.");
        if (Mean?.Count != Scale?.Count || (Mean is not null && Mean.Count != Summary.EventShape.Elements))
            throw new JsonException("A standardisation has a mean and a scale for each coordinate.");
        if (Columns is not null && Columns.Count != Summary.EventShape.Elements) throw new JsonException($"There are {Columns.Count} names for {Summary.EventShape.Elements} coordinates.");
        if (ClassNames is not null && ClassNames.Count < Classes) throw new JsonException($"There are {ClassNames.Count} names for {Classes} classes.");
        _ = Standardization;
    }
}
