namespace Latent.Bench;

/// <summary>What was measured of a workload: medians over the blocks.</summary>
/// <param name="Ours">Our figure.</param>
/// <param name="Peer">The peer's; null without one.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Remark">What else should be known.</param>
internal sealed record Outcome(double Ours, double? Peer, Unit Unit = Unit.Seconds, string Remark = "")
{
    /// <summary>How many times faster we are: above 1, we win.</summary>
    public double? Ratio => Peer / Ours;
}
