using System.Diagnostics;
using System.Globalization;
using Latent.Data;

namespace Latent.Cli.Rendering;

/// <summary>How far a download is: on a terminal one line that is written over, elsewhere a line per file.</summary>
internal sealed class DownloadProgress(TextWriter error) : IProgress<(SetFile File, long Arrived, long? All)>
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(100);

    private readonly bool onTerminal = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
    private SetFile? file;
    private long start;
    private long began;
    private long written;

    public void Report((SetFile File, long Arrived, long? All) value)
    {
        if (value.File != file)
        {
            End();
            (file, start, began, written) = (value.File, value.Arrived, Stopwatch.GetTimestamp(), 0);
            if (!onTerminal) error.WriteLine($"{file.Path}{(value.All is { } all ? $", {Megabytes(all)}" : "")}");
        }
        if (!onTerminal || value.Arrived != value.All && written != 0 && Stopwatch.GetElapsedTime(written) < BetweenLines) return;
        written = Stopwatch.GetTimestamp();
        var line = Line(file!.Path, value.Arrived, value.All, (value.Arrived - start) / Stopwatch.GetElapsedTime(began).TotalSeconds);
        error.Write($"\r{line[..Math.Min(line.Length, Math.Max(Terminal.Width(error), 40) - 1)]}\e[K");
    }

    /// <summary>Leaves the line, so that the next begins on a new one.</summary>
    public void End()
    {
        if (onTerminal && file is not null) error.WriteLine();
        file = null;
    }

    /// <summary><c>mnist/train-images-idx3-ubyte.gz  62%  6.1 of 9.9 MB  2.3 MB/s  2 s left</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrived">Its bytes that are here.</param>
    /// <param name="all">All of its bytes; null if unknown.</param>
    /// <param name="rate">Bytes per second.</param>
    internal static string Line(string path, long arrived, long? all, double rate)
    {
        var speed = rate > 0 && double.IsFinite(rate) ? $"  {Megabytes((long)rate)}/s" : "";
        if (all is not { } bytes) return $"{path}  {Megabytes(arrived)}{speed}";
        var left = speed.Length > 0 && arrived < bytes ? string.Create(CultureInfo.InvariantCulture, $"  {Math.Ceiling((bytes - arrived) / rate):0} s left") : "";
        return $"{path}  {100 * arrived / Math.Max(bytes, 1),3}%  {Megabytes(arrived)} of {Megabytes(bytes)}{speed}{left}";
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString(bytes >= 1e5 ? "0.0 MB" : "0.000 MB", CultureInfo.InvariantCulture);
}
