namespace Latent.Bench;

/// <summary>
/// Lets two sides work in turn, block by block (A B A B …), so that whatever else the machine does meets both alike. While one
/// works the other sleeps.
/// </summary>
/// <param name="peer">The peer; null if there is none.</param>
/// <param name="suite">The peer's script.</param>
/// <param name="workload">The workload's name there.</param>
internal sealed class Contest(Peer? peer, string suite, string workload)
{
    private const int Blocks = 7;
    private const double BlockSeconds = 0.4;

    /// <summary>Long enough for the runtime to have compiled the loop at its highest tier, in the background.</summary>
    private const double WarmUpSeconds = 1.2;

    /// <summary>Measures ours against the peer.</summary>
    public Outcome AgainstPeer(IContestant ours)
    {
        peer?.Load(suite, workload);
        var (own, its) = Alternate(ours, peer);
        return new Outcome(own, its, Remark: peer?.Remark ?? "");
    }

    /// <summary>The medians of both sides.</summary>
    public static (double First, double? Second) Alternate(IContestant first, IContestant? second)
    {
        first.Run(WarmUpSeconds);
        second?.Run(BlockSeconds);
        var (firsts, seconds) = (new double[Blocks], new double[Blocks]);
        for (var block = 0; block < Blocks; block++)
        {
            firsts[block] = RunQuietly(first);
            if (second is not null) seconds[block] = RunQuietly(second);
        }
        return (Median(firsts), second is null ? null : Median(seconds));
    }

    private static double RunQuietly(IContestant contestant)
    {
        // Threads of the other side spin for a moment after their last product before they sleep.
        Thread.Sleep(10);
        return contestant.Run(BlockSeconds);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
