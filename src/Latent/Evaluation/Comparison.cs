namespace Latent.Evaluation;

/// <summary>Reports ordered by likelihood, and why some of them do not compare.</summary>
/// <param name="Ranking">The best first; those without likelihood last.</param>
/// <param name="Refusals">Each difference of protocol to the first report given; empty where all compare.</param>
public sealed record Comparison(IReadOnlyList<EvaluationReport> Ranking, IReadOnlyList<Refusal> Refusals)
{
    /// <summary>Compares reports.</summary>
    /// <param name="reports">At least one.</param>
    public static Comparison Of(IReadOnlyList<EvaluationReport> reports)
    {
        Arguments.Positive(reports.Count, nameof(reports));
        var refusals =
            from report in reports.Skip(1)
            from aspect in Aspects(reports[0].Protocol, report.Protocol)
            let pair = (First: aspect.Of(reports[0].Protocol), Second: aspect.Of(report.Protocol))
            where pair.First != pair.Second
            select new Refusal(reports[0].Model, report.Model, aspect.Name, pair.First, pair.Second);
        return new([.. reports.OrderByDescending(report => report.Likelihood?.LogLikelihood ?? double.NegativeInfinity)], [.. refusals]);
    }

    private static IEnumerable<(string Name, Func<EvaluationProtocol, string> Of)> Aspects(EvaluationProtocol first, EvaluationProtocol second) =>
    [
        ("data", p => p.Data),
        ("part", p => p.Part),
        ("split", p => p.Split),
        // Where the same examples were meant, under one name, they should be the same.
        .. (first.Data, first.Part, first.Split) == (second.Data, second.Part, second.Split) ? [("content of the data", p => p.Fingerprint ?? "not recorded")] : Array.Empty<(string, Func<EvaluationProtocol, string>)>(),
        ("preprocessing", p => p.Preprocessing),
        ("levels", p => p.Levels?.ToString() ?? "reals"),
        ("shape", p => $"{p.Shape.Aggregate(1L, (product, size) => product * size)} values"),
        ("examples", p => p.Selection),
    ];
}
