namespace Latent.Torch;

/// <summary>Why a file or folder cannot be written, in the system's words or better ones.</summary>
internal static class WriteFailure
{
    /// <summary>The reason, a sentence; null where something else failed.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="path">What was to be written.</param>
    public static string? Of(Exception e, string path) => e switch
    {
        IOException when FileInTheWay(path) is { } file => $"'{file}' is a file, and no folder.",
        FileNotFoundException or DirectoryNotFoundException => "No file can be made there.", // of a folder that exists, such as /proc
        IOException or UnauthorizedAccessException => e.Message,
        ArgumentOutOfRangeException when e.Source == typeof(File).Assembly.GetName().Name => "The file is larger than the file system or a limit (ulimit -f) allows.", // what .NET makes of EFBIG
        _ => null,
    };

    /// <summary>A file that stands where the path needs a folder; null if there is none.</summary>
    public static string? FileInTheWay(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above)) return above;
        return null;
    }
}
