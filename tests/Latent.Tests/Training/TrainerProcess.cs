using System.Diagnostics;
using Latent.Torch;
using Latent.Training;

namespace Latent.Tests.Training;

/// <summary>The program of this assembly: trains the toy model in a folder, resuming what it finds there, to be killed.</summary>
internal static class TrainerProcess
{
    public static int Main(string[] arguments)
    {
        var (folder, delay) = (arguments[0], int.Parse(arguments[1]));
        using var store = new ParameterStore();
        var options = new TrainingOptions
        {
            Steps = 60, Replicas = 2, LogEvery = 1, Folder = new(folder), CheckpointEvery = 5, Validation = Toy.Validation, ValidateEvery = 4, Resume = true,
        };
        try
        {
            new Trainer([Toy.Player(store)], Toy.Batches(), options).Run(e =>
            {
                if (e is TrainingEvent.Started) Console.WriteLine("started");
                if (e is TrainingEvent.Progress) Thread.Sleep(delay);
            });
            Console.WriteLine("done");
            return 0;
        }
        catch (IOException e)
        {
            Console.WriteLine($"IOException: {e.Message}");
            return 1;
        }
    }

    /// <summary>Starts it where no file may become larger than so many blocks of 512 bytes.</summary>
    public static Process StartWithin(int blocks, string folder)
    {
        // The runtime asks for more than that where it maps code twice, and to go on after the signal that the limit sends.
        var start = new ProcessStartInfo("sh", ["-c", $"trap '' XFSZ; ulimit -f {blocks}; {Command(folder, 0)}"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Starts it; with <paramref name="inside"/>, in a namespace of mounts where that is called before it and <paramref name="after"/> after it.</summary>
    public static Process Start(string folder, int delayMilliseconds, string? inside = null, string? after = null)
    {
        var command = Command(folder, delayMilliseconds);
        var start = inside is null
            ? new ProcessStartInfo("sh", ["-c", $"exec {command}"])
            : new ProcessStartInfo("unshare", ["-rm", "sh", "-c", $"{inside}; {command}; {after}"]);
        (start.UseShellExecute, start.RedirectStandardOutput) = (false, true);
        return Process.Start(start)!;
    }

    private static string Command(string folder, int delayMilliseconds) => $"dotnet exec '{typeof(TrainerProcess).Assembly.Location}' '{folder}' {delayMilliseconds}";
}
