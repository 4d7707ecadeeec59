namespace Latent.Evaluation;

/// <summary>Reports ordered by likelihood, and why some of them do not compare.</summary>
/// <param name="Ranking">The best first; those without likelihood last.</param>
/// <param name="Refusals">Each difference to the first report given in what was measured; empty where all compare.</param>
public sealed record Comparison(IReadOnlyList<EvaluationReport> Ranking, IReadOnlyList<Refusal> Refusals)
{
    /// <summary>Compares reports.</summary>
    /// <param name="reports">At least one.</param>
    public static Comparison Of(IReadOnlyList<EvaluationReport> reports)
    {
        Arguments.Positive(reports.Count, nameof(reports));
        var refusals =
            from report in reports.Skip(1)
            from aspect in Aspects
            let pair = (First: aspect.Of(reports[0]), Second: aspect.Of(report))
            where pair.First != pair.Second
            select new Refusal(reports[0].Model, report.Model, aspect.Name, pair.First, pair.Second);
        return new([.. reports.OrderByDescending(report => report.Likelihood?.LogLikelihood ?? double.NegativeInfinity)], [.. refusals]);
    }

    private static IEnumerable<(string Name, Func<EvaluationReport, string> Of)> Aspects =>
    [
        ("density", r => r.Model.IsConditional ? "p(x|class)" : "p(x)"),
        ("data", r => r.Protocol.Data),
        ("part", r => r.Protocol.Part),
        ("split", r => r.Protocol.Split),
        ("preprocessing", r => r.Protocol.Preprocessing),
        ("levels", r => r.Protocol.Levels?.ToString() ?? "reals"),
        ("shape", r => $"{r.Protocol.Shape.Aggregate(1L, (product, size) => product * size)} values"),
        ("examples", r => r.Protocol.Selection),
    ];
}
