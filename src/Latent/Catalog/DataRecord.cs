using System.Text.Json;
using Latent.Data;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>What a run keeps of its data, so that a trained model can be used without them: <c>data.json</c>.</summary>
public sealed record DataRecord
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>The name of the set.</summary>
    public required string Name { get; init; }

    /// <summary>How it was split.</summary>
    public required string Protocol { get; init; }

    /// <summary>The shape of an example.</summary>
    public required IReadOnlyList<long> EventShape { get; init; }

    /// <summary>How many values an element may have, after preprocessing; null for reals.</summary>
    public int? Levels { get; init; }

    /// <summary>What was done to the values.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>μ of the standardisation, one per coordinate; null without.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>σ of the standardisation; null without.</summary>
    public IReadOnlyList<double>? Scale { get; init; }

    /// <summary>What a model has to know of it; the training set's mean is not kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DataSummary Summary => new(new Shape([.. EventShape]), Levels, ReadOnlyMemory<double>.Empty);

    /// <summary>The standardisation; null without.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Standardization? Standardization => Mean is null || Scale is null ? null : new([.. Mean], [.. Scale]);

    /// <summary>The record of data after preprocessing.</summary>
    public static DataRecord Of(DataSplits data) => new()
    {
        Name = data.Name,
        Protocol = data.Protocol,
        EventShape = data.Train.EventShape.AsSpan().ToArray(),
        Levels = data.Train.Levels,
        Preprocessing = data.Preprocessing.ToString(),
        Mean = data.Standardization?.Mean.ToArray(),
        Scale = data.Standardization?.Scale.ToArray(),
    };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static DataRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<DataRecord>(File.ReadAllText(path), Format) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(path, e.LineNumber is { } line ? $"line {line + 1}" : "content", $"It is no record of data: {e.Message}", "Restore the file, or train again.");
        }
    }
}
