using System.Text.Json.Serialization;

namespace Latent.Bench;

/// <summary>A workload's line in the report.</summary>
internal sealed record Row(string Suite, string Workload, string Title, double Ours, double? Peer, Unit Unit, double? Ratio, Target Target, string Verdict, string Remark)
{
    public static Row Of(string suite, Workload workload, Outcome outcome)
    {
        var figure = workload.Target.Unit == Unit.Ratio ? outcome.Ratio : outcome.Ours;
        var verdict = figure is { } f ? workload.Target.IsMetBy(f) ? "ok" : "short" : "no peer";
        return new Row(suite, workload.Name, workload.Title, outcome.Ours, outcome.Peer, outcome.Unit, outcome.Ratio, workload.Target, verdict, outcome.Remark);
    }

    /// <summary>The columns as text.</summary>
    [JsonIgnore]
    public string[] Cells =>
    [
        Title,
        Unit.Format(Ours),
        Peer is { } p ? Unit.Format(p) : "–",
        Ratio is { } r ? Unit.Ratio.Format(r) : "–",
        Target.ToString(),
        Verdict,
        Remark,
    ];
}
