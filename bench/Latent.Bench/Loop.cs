using System.Diagnostics;

namespace Latent.Bench;

/// <summary>Calls a method of ours in a loop.</summary>
/// <param name="work">Does the work <paramref name="calls"/> times; long enough that reading the clock, some 50 ns, does not count.</param>
/// <param name="calls">How many calls <paramref name="work"/> stands for.</param>
/// <param name="prepare">Restores what the work uses up; not counted.</param>
internal sealed class Loop(Action work, int calls = 1, Action? prepare = null) : IContestant
{
    public double Run(double seconds)
    {
        var limit = (long)(seconds * Stopwatch.Frequency);
        long ticks = 0, rounds = 0;
        do
        {
            prepare?.Invoke();
            var start = Stopwatch.GetTimestamp();
            work();
            ticks += Stopwatch.GetTimestamp() - start;
            rounds++;
        }
        while (ticks < limit);
        return (double)ticks / Stopwatch.Frequency / (rounds * calls);
    }
}
