namespace Latent.Evaluation;

/// <summary>Reports ordered by likelihood, and why some of them do not compare.</summary>
/// <param name="Ranking">The best first; those without likelihood last.</param>
/// <param name="Refusals">Each difference to the first report given in what was measured; empty where all compare.</param>
/// <param name="Remedies">What to evaluate again so that all compare; empty where they do, and where no evaluation helps because they were trained on other data.</param>
public sealed record Comparison(IReadOnlyList<EvaluationReport> Ranking, IReadOnlyList<Refusal> Refusals, IReadOnlyList<Reevaluation> Remedies)
{
    private const string Part = "part", Examples = "examples", Draws = "draws";

    /// <summary>Compares reports.</summary>
    /// <remarks>
    /// Estimates from draws lie below log p(x), the further the fewer draws there are: they compare where the draws are as many.
    /// An exact likelihood compares with any of them, and stands at worst too high beside them.
    /// </remarks>
    /// <param name="reports">At least one.</param>
    public static Comparison Of(IReadOnlyList<EvaluationReport> reports)
    {
        Arguments.Positive(reports.Count, nameof(reports));
        List<EvaluationReport> estimates = [.. reports.Where(report => report.Likelihood is { Kind: LikelihoodKind.Estimate })];
        Refusal[] refusals =
        [
            .. reports.Skip(1).SelectMany(report => Differences(reports[0], report, Aspects(reports[0].Protocol, report.Protocol))),
            .. estimates.Skip(1).SelectMany(report => Differences(estimates[0], report, [(Draws, r => $"{r.Likelihood!.Particles} per example")])),
        ];
        return new([.. reports.OrderByDescending(report => report.Likelihood?.LogLikelihood ?? double.NegativeInfinity)], refusals, [.. Remedy(reports, estimates, refusals)]);
    }

    private static IEnumerable<Refusal> Differences(EvaluationReport first, EvaluationReport second, IEnumerable<(string Name, Func<EvaluationReport, string> Of)> aspects) =>
        from aspect in aspects
        let pair = (First: aspect.Of(first), Second: aspect.Of(second))
        where pair.First != pair.Second
        select new Refusal(first.Model, second.Model, aspect.Name, pair.First, pair.Second);

    private static IEnumerable<(string Name, Func<EvaluationReport, string> Of)> Aspects(EvaluationProtocol first, EvaluationProtocol second)
    {
        yield return ("density", r => r.Model.IsConditional ? "p(x|class)" : "p(x)");
        yield return ("data", r => r.Protocol.Data);
        yield return (Part, r => r.Protocol.Part);
        yield return ("split", r => r.Protocol.Split);
        // Where the same examples were meant, under one name, they should be the same.
        if ((first.Data, first.Part, first.Split) == (second.Data, second.Part, second.Split)) yield return ("content of the data", r => r.Protocol.Fingerprint ?? "not recorded");
        yield return ("preprocessing", r => r.Protocol.Preprocessing);
        yield return ("levels", r => r.Protocol.Levels?.ToString() ?? "reals");
        yield return ("shape", r => $"{r.Protocol.Shape.Aggregate(1L, (product, size) => product * size)} values");
        yield return (Examples, r => r.Protocol.Selection);
    }

    /// <summary>Brings all to the part of the first, to the most examples and to the most draws.</summary>
    private static IEnumerable<Reevaluation> Remedy(IReadOnlyList<EvaluationReport> reports, List<EvaluationReport> estimates, Refusal[] refusals)
    {
        if (!Array.TrueForAll(refusals, refusal => refusal.Aspect is Part or Examples or Draws)) return [];
        var part = reports[0].Protocol.Part;
        var examples = reports.Where(report => report.Protocol.Part == part).Max(report => report.Protocol.Examples);
        var draws = estimates.Max(report => report.Likelihood!.Particles);
        return
            from report in reports
            let particles = estimates.Contains(report) ? draws : null
            where (report.Protocol.Part, report.Protocol.Examples, report.Likelihood?.Particles) != (part, examples, particles)
            select new Reevaluation(report, part, examples, particles);
    }
}
