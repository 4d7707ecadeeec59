using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>A part of a data set in numbers.</summary>
/// <param name="Part">train, validation or test.</param>
/// <param name="Count">Its examples.</param>
/// <param name="Labels">How many examples each class has, in the order of the classes; null without labels.</param>
/// <param name="Steps">The steps of all sequences; null where examples are no sequences.</param>
/// <param name="Shortest">The steps of the shortest sequence.</param>
/// <param name="Longest">The steps of the longest sequence.</param>
internal sealed record PartSummary(string Part, long Count, IReadOnlyList<ClassCount>? Labels, long? Steps, int? Shortest, int? Longest)
{
    public static PartSummary Of(string part, Dataset data)
    {
        var lengths = data.Lengths;
        return new(
            part, data.Count, data.Labels is null ? null : [.. data.Labels.CountBy(label => label).OrderBy(c => c.Key).Select(c => new ClassCount(c.Key, c.Value))],
            lengths?.Sum(length => (long)length), lengths?.Min(), lengths?.Max());
    }
}
