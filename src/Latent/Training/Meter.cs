using System.Runtime.InteropServices;

namespace Latent.Training;

/// <summary>Means and rates from one <see cref="TrainingEvent.Progress"/> to the next.</summary>
internal sealed class Meter(Game game, TimeProvider clock)
{
    private readonly Dictionary<string, double>[] sums = [.. game.Players.Select(_ => new Dictionary<string, double>())];
    private readonly long[] steps = new long[game.Players.Count];
    private readonly long begin = clock.GetTimestamp();
    private long since = clock.GetTimestamp();
    private double norms;
    private double examples;

    /// <summary>The time since training began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(begin);

    /// <summary>Counts a step.</summary>
    public void Add(int player, IReadOnlyList<Share> shares, double norm, long batch)
    {
        for (var i = 0; i < shares.Count; i++)
        {
            var share = shares[i];
            if (share.Weight == 0) continue;
            Add(player, "loss", share.Weight * share.Loss);
            for (var t = 0; t < share.Terms.Count; t++) Add(player, share.Terms[t].Name, share.Weight * share.Terms[t].Value);
        }
        steps[player]++;
        norms += norm;
        examples += batch;
    }

    /// <summary>What was counted since the last time; then counts anew.</summary>
    public TrainingEvent.Progress Report(long step, double epoch, long left)
    {
        var counted = steps.Sum();
        var seconds = clock.GetElapsedTime(since).TotalSeconds;
        var terms = new Dictionary<string, double>();
        for (var p = 0; p < sums.Length; p++)
            foreach (var (name, sum) in sums[p])
                terms.Add(sums.Length == 1 ? name : $"{game.Players[p].Name}/{name}", sum / steps[p]);
        var report = new TrainingEvent.Progress(
            step, epoch, terms, game.Players.ToDictionary(p => p.Name, p => p.LearningRate(step - 1)),
            norms / counted, examples / seconds, Elapsed, TimeSpan.FromSeconds(seconds / counted * left));
        foreach (var sum in sums) sum.Clear();
        Array.Clear(steps);
        (norms, examples, since) = (0, 0, clock.GetTimestamp());
        return report;
    }

    private void Add(int player, string name, double value) => CollectionsMarshal.GetValueRefOrAddDefault(sums[player], name, out _) += value;
}
