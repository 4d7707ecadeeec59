namespace Latent.Cli;

/// <summary>What a command's process returns; the one place where these numbers are given.</summary>
internal enum ExitCode
{
    /// <summary>Done; there may have been warnings.</summary>
    Success = 0,

    /// <summary>The command ran and found a problem, or something it needs is missing.</summary>
    Problem = 1,

    /// <summary>The command line is not understood.</summary>
    Usage = 2,

    /// <summary>Training met a number that is not finite.</summary>
    NonFinite = 3,

    /// <summary>A fault of Latent itself (EX_SOFTWARE of sysexits.h).</summary>
    Fault = 70,

    /// <summary>A signal ended the work in good order (128 + SIGINT, as shells have it).</summary>
    Interrupted = 130,
}
