using System.Globalization;
using Latent.Evaluation;

namespace Latent.Cli.Rendering;

/// <summary>How far work on many examples is: on a terminal one line that is written over, elsewhere now and then a line.</summary>
internal sealed class WorkProgress : IDisposable
{
    /// <summary>The time between two lines where they stay.</summary>
    public static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter error;
    private readonly TimeProvider clock;
    private readonly bool isLive;
    private readonly Lock gate = new();
    private string stage;
    private long began;
    private long written;

    /// <summary>Begins with a piece of the work.</summary>
    /// <param name="first">What is done first.</param>
    /// <param name="error">Where it is shown, apart from results.</param>
    /// <param name="clock">Says when it is time to; the system's clock if null.</param>
    public WorkProgress(string first, TextWriter error, TimeProvider? clock = null)
    {
        (stage, this.error, this.clock, isLive) = (first, error, clock ?? TimeProvider.System, Terminal.IsLive(error));
        began = written = this.clock.GetTimestamp();
    }

    /// <summary>Goes on to another piece of the work.</summary>
    public void Begin(string next)
    {
        lock (gate) (stage, began) = (next, clock.GetTimestamp());
    }

    /// <summary>Shows the share that is done, from 0 to 1; on any thread.</summary>
    public void Report(double done)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(written) < (isLive ? BetweenLooks : BetweenLines)) return;
            written = clock.GetTimestamp();
            var line = Line(stage, done, clock.GetElapsedTime(began));
            if (isLive) error.Write($"\r{line[..Math.Min(line.Length, Terminal.Width(error) - 1)]}\e[K");
            else error.WriteLine(line);
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
        if (isLive) error.Write("\r\e[K");
    }

    /// <summary><c>likelihood  62%  0:12 left</c>.</summary>
    internal static string Line(string stage, double done, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{stage}  {100 * done,3:0}%{(done > 0 ? $"  {TrainingTable.Clock(elapsed / done - elapsed)} left" : "")}");
}
