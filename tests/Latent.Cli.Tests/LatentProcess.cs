using System.Diagnostics;

namespace Latent.Cli.Tests;

/// <summary>The program in a process of its own, to be stopped.</summary>
internal sealed class LatentProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> error;

    private LatentProcess(ProcessStartInfo start)
    {
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        process = Process.Start(start)!;
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a command line. A shell has what it starts in the background ignore interrupts, and that is inherited: here it is not.</summary>
    public static LatentProcess Start(params IReadOnlyList<string> arguments) => new(new("env", ["--default-signal=INT", "dotnet", Program, .. arguments]));

    /// <summary>Starts a command line in a name space of mounts, where <paramref name="before"/> is called before it and <paramref name="after"/> after it.</summary>
    public static LatentProcess StartInside(string before, string after, params IReadOnlyList<string> arguments) =>
        new(new("unshare", ["-rm", "sh", "-c", $"{before}; dotnet \"$@\"; code=$?; {after}; exit $code", "sh", Program, .. arguments]));

    /// <summary>Starts a command line where no file may become larger than so many blocks of 512 bytes.</summary>
    public static LatentProcess StartWithin(int blocks, params IReadOnlyList<string> arguments)
    {
        // The runtime asks for more than that where it maps code twice, and to go on after the signal that the limit sends.
        var start = new ProcessStartInfo("sh", ["-c", $"trap '' XFSZ; ulimit -f {blocks}; exec dotnet \"$@\"", "sh", Program, .. arguments]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new(start);
    }

    private static string Program => typeof(LatentCommandLine).Assembly.Location;

    /// <summary>Waits for a line that has these words, and gives all up to it.</summary>
    public string ReadTo(string words)
    {
        var read = "";
        while (!read.Contains(words, StringComparison.Ordinal))
            read += (process.StandardOutput.ReadLine() ?? throw new EndOfStreamException($"'{words}' never came, but: {read}{error.Result}")) + "\n";
        return read;
    }

    /// <summary>Sends a signal: INT, TERM or KILL.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public (int Code, string Output, string Error) End()
    {
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
