using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Latent.Bench;

/// <summary>The same workload in plain PyTorch, in a process of its own that sleeps while it is not asked.</summary>
/// <remarks><c>bench/peers/serve.py</c> defines what is said over its standard input and output.</remarks>
internal sealed class Peer : IContestant, IDisposable
{
    /// <summary>Threads of the peer, and replicas of ours.</summary>
    public const int Threads = 2;

    private const string Python = "/usr/bin/python3";
    private const string Remedy = "Install Debian's PyTorch, then run this again: sudo apt-get install python3-torch";

    private readonly Process process;

    private Peer(Process process, string description) => (this.process, Description) = (process, description);

    /// <summary>Which PyTorch it is.</summary>
    public string Description { get; }

    /// <summary>What the peer chose for the loaded workload.</summary>
    public string Remark { get; private set; } = "";

    /// <summary>Starts the peer; null, with the reason, if there is no PyTorch here.</summary>
    public static Peer? TryStart(out string reason)
    {
        reason = "";
        if (!File.Exists(Python))
        {
            reason = $"{Python} is missing. {Remedy}";
            return null;
        }
        var process = Process.Start(Command())!;
        if (process.StandardOutput.ReadLine() is { } description) return new Peer(process, description);
        reason = $"{Python} could not start the peer ({LastLine(process)}). {Remedy}";
        process.Dispose();
        return null;
    }

    /// <summary>Prepares a workload.</summary>
    public void Load(string suite, string workload) => Remark = Ask($"load {suite} {workload}");

    public double Run(double seconds) => double.Parse(Ask(string.Create(CultureInfo.InvariantCulture, $"run {seconds}")), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>The environment in which PyTorch is fastest, measured on two cores: see docs/results.md.</summary>
    private static ProcessStartInfo Command()
    {
        var command = new ProcessStartInfo(Python, ["-B", Path.Combine(AppContext.BaseDirectory, "peers", "serve.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var environment = command.Environment;
        environment.Remove("OPENBLAS_CORETYPE");
        environment["OMP_NUM_THREADS"] = environment["OPENBLAS_NUM_THREADS"] = Threads.ToString();
        environment["OMP_PROC_BIND"] = "true";
        environment["OMP_PLACES"] = "threads";
        if (Avx512F.IsSupported) environment["ATEN_CPU_CAPABILITY"] = "avx512";
        environment["MALLOC_TRIM_THRESHOLD_"] = environment["MALLOC_MMAP_THRESHOLD_"] = "4000000000";
        environment["MALLOC_TOP_PAD_"] = "67108864";
        return command;
    }

    private string Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        return process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer ended at '{line}': {LastLine(process)}");
    }

    private static string LastLine(Process process) => process.StandardError.ReadToEnd().TrimEnd().Split('\n')[^1];
}
