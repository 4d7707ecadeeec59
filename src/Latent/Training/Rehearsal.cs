using System.Diagnostics;

namespace Latent.Training;

/// <summary>Tries forward and backward with one replica and with more, and finds the fastest. No parameter moves: the run's numbers do not depend on it, but for rounding.</summary>
/// <remarks>
/// The numbers take turns, there and back, and the fastest try of each counts: a machine that is busy for a while then slows all of
/// them, or none.
/// </remarks>
internal static class Rehearsal
{
    private const double SecondsToWarmUp = 0.3;
    private const double SecondsToMeasure = 0.1;
    private const double SecondsOfSeveralRounds = 1;
    private const int LeastRounds = 2;

    /// <summary>Seconds per step by number of replicas: 1, 2, 4, … up to <paramref name="most"/>.</summary>
    public static IReadOnlyDictionary<int, double> Measure(Game game, Func<int, Crew> hire, int most, long step)
    {
        var seconds = new Dictionary<int, double>();
        // Code is compiled and memory allocated by the first that run, whose times say nothing.
        using (var crew = hire(1)) Fastest(game, crew, step, SecondsToWarmUp);
        int[] sizes = [.. Doublings().TakeWhile(size => size < most), most];
        foreach (var size in (int[])[.. sizes, .. sizes.Reverse()])
        {
            using var crew = hire(size);
            seconds[size] = Math.Min(seconds.GetValueOrDefault(size, double.PositiveInfinity), Fastest(game, crew, step, SecondsToMeasure));
        }
        return seconds;

        static IEnumerable<int> Doublings()
        {
            for (var size = 1; ; size *= 2) yield return size;
        }
    }

    private static double Fastest(Game game, Crew crew, long step, double budget)
    {
        var start = Stopwatch.GetTimestamp();
        var fastest = double.PositiveInfinity;
        for (var round = 0; ; round++)
        {
            var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round > 0 && elapsed >= (round < LeastRounds ? SecondsOfSeveralRounds : budget)) return fastest;
            var begin = Stopwatch.GetTimestamp();
            crew.Differentiate(step);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(begin).TotalSeconds);
            foreach (var store in crew.StoresOf(game.PlayerAt(step))) store.ClearGradients();
        }
    }
}
