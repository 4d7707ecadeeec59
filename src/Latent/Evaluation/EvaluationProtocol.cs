using Latent.Data;

namespace Latent.Evaluation;

/// <summary>What a likelihood was measured on. Likelihoods compare where all of it but the seed is equal.</summary>
public sealed record EvaluationProtocol
{
    /// <summary>The data set: <c>mnist</c>.</summary>
    public required string Data { get; init; }

    /// <summary>Which part of it: <c>test</c>.</summary>
    public required string Part { get; init; }

    /// <summary>Stands for the examples of the part, before preprocessing (<see cref="Dataset.Fingerprint"/>); null in reports from before it was kept.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How the parts were made.</summary>
    public required string Split { get; init; }

    /// <summary>What was done to the values: binarization, standardisation. With dynamic binarization each example was drawn once, from the seed.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>How many values there are; null for reals.</summary>
    public required int? Levels { get; init; }

    /// <summary>The shape of an example.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>How many examples were evaluated.</summary>
    public required long Examples { get; init; }

    /// <summary>How many the part has. If more than were evaluated, those were taken at equal distances.</summary>
    public required long Available { get; init; }

    /// <summary>The seed of all draws.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The examples in words: <c>2000 of 10000, at equal distances</c>.</summary>
    public string Selection => Examples == Available ? $"all {Available}" : $"{Examples} of {Available}, at equal distances";

    /// <summary>The protocol of an evaluation.</summary>
    /// <param name="splits">The data.</param>
    /// <param name="part">The part: one of the three sets in <paramref name="splits"/>.</param>
    /// <param name="settings">How many examples, and the seed.</param>
    /// <exception cref="ArgumentException">The part is none of the three.</exception>
    public static EvaluationProtocol Of(DataSplits splits, Dataset part, EvaluationSettings settings) => new()
    {
        Data = splits.Name,
        Part = part == splits.Test ? "test" : part == splits.Validation ? "validation" : part == splits.Train ? "train"
            : throw new ArgumentException($"{part} is no part of {splits.Name}: give its Test, Validation or Train set.", nameof(part)),
        Fingerprint = part.Fingerprint,
        Split = splits.Protocol,
        Preprocessing = splits.Preprocessing.ToString(),
        Levels = part.Levels,
        Shape = part.EventShape.AsSpan().ToArray(),
        Examples = Math.Min(settings.Examples ?? part.Count, part.Count),
        Available = part.Count,
        Seed = settings.Seed,
    };
}
