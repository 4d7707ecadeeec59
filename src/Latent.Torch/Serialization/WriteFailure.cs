namespace Latent.Torch;

/// <summary>Why a file cannot be written, in the system's words or better ones.</summary>
internal static class WriteFailure
{
    /// <summary>The reason; null where something else failed.</summary>
    public static string? Of(Exception e) => e switch
    {
        IOException or UnauthorizedAccessException => e.Message,
        ArgumentOutOfRangeException when e.Source == typeof(File).Assembly.GetName().Name => "The file is larger than the file system or a limit (ulimit -f) allows.", // what .NET makes of EFBIG
        _ => null,
    };
}
