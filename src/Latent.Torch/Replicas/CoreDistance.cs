using System.Diagnostics;

namespace Latent.Torch;

/// <summary>Whether the cores of a team are far apart: without a common cache, what one has read is dear to write for the other.</summary>
/// <remarks>Measured, and again now and then: a virtual machine's cores move, on one within seconds. There a line costs 7 ns where they are near and 30 where they are far.</remarks>
internal sealed unsafe class CoreDistance(ReplicaTeam team)
{
    /// <summary>Questions, of which an optimizer has one a step, from one measurement to the next; that takes 0.05 to 0.2 ms.</summary>
    private const int Period = 200;
    private const int Lines = 2048;
    private const int LineWords = 8;
    private const double FarNanoseconds = 16;

    private int questions;
    private bool isFar;

    /// <summary>Whether they are; the team must be idle, and its room free.</summary>
    public bool IsFar()
    {
        if (questions++ % Period == 0) isFar = Measure() > FarNanoseconds * Lines;
        return isFar;
    }

    /// <summary>The nanoseconds in which the first member writes all lines after the others have read them: the least of three times, since threads are interrupted.</summary>
    private double Measure()
    {
        var words = (long*)team.Room(Lines * LineWords * sizeof(long));
        var (least, sum) = (double.PositiveInfinity, 0L);
        for (var time = 0; time < 3; time++)
        {
            team.Run(r =>
            {
                if (r == 0) Write(words);
            });
            team.Run(r =>
            {
                if (r == 0) return;
                var read = 0L;
                for (var line = 0; line < Lines; line++) read += words[line * LineWords];
                Interlocked.Add(ref sum, read);
            });
            var start = Stopwatch.GetTimestamp();
            Write(words);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return least;
    }

    private static void Write(long* words)
    {
        for (var line = 0; line < Lines; line++) words[line * LineWords]++;
        // Until the stores are done.
        Thread.MemoryBarrier();
    }
}
