using System.Diagnostics;
using System.Globalization;
using Latent.Evaluation;

namespace Latent.Cli.Rendering;

/// <summary>How far work on many examples is: on a terminal one line that is written over, elsewhere nothing.</summary>
/// <param name="first">What is done first.</param>
/// <param name="error">Where it is shown, apart from results.</param>
internal sealed class WorkProgress(string first, TextWriter error) : IDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(100);

    private readonly bool isLive = Terminal.IsLive(error);
    private readonly Lock gate = new();
    private string stage = first;
    private long began = Stopwatch.GetTimestamp();
    private long written;

    /// <summary>Goes on to another piece of the work.</summary>
    public void Begin(string next)
    {
        lock (gate) (stage, began) = (next, Stopwatch.GetTimestamp());
    }

    /// <summary>Shows the share that is done, from 0 to 1; on any thread.</summary>
    public void Report(double done)
    {
        if (!isLive) return;
        lock (gate)
        {
            if (written != 0 && Stopwatch.GetElapsedTime(written) < BetweenLines) return;
            written = Stopwatch.GetTimestamp();
            var line = Line(stage, done, Stopwatch.GetElapsedTime(began));
            error.Write($"\r{line[..Math.Min(line.Length, Terminal.Width(error) - 1)]}\e[K");
        }
    }

    /// <summary>Has replicas report here.</summary>
    public ModelReplicas Follow(ModelReplicas replicas)
    {
        replicas.Progressed = Report;
        return replicas;
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (isLive && written != 0) error.Write("\r\e[K");
    }

    /// <summary><c>likelihood  62%  0:12 left</c>.</summary>
    internal static string Line(string stage, double done, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{stage}  {100 * done,3:0}%{(done > 0 ? $"  {TrainingTable.Clock(elapsed / done - elapsed)} left" : "")}");
}
