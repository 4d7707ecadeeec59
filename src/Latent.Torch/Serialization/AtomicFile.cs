namespace Latent.Torch;

/// <summary>Writes files so that whoever looks, even after a crash, finds the old content or the new, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>What a write that was killed leaves behind in the folder.</summary>
    public const string TemporaryPattern = Prefix + "*" + Extension;

    private const string Prefix = ".latent-";
    private const string Extension = ".tmp";

    /// <summary>Writes a text as UTF-8.</summary>
    /// <inheritdoc cref="Write(string, Action{FileStream})"/>
    public static void Write(string path, string text) => Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Has <paramref name="write"/> fill a temporary file in the same folder, flushes it to disk, and renames it to <paramref name="path"/>.</summary>
    /// <exception cref="IOException">The file cannot be written; the message names it and says why. What stood there before still does.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? target;
        if (!Directory.Exists(folder))
            throw new IOException($"Cannot write '{target}': {(WriteFailure.FileInTheWay(target) is { } file ? $"'{file}' is a file, and no folder. Name another place." : $"there is no folder '{folder}'. Make it first, or name another.")}");
        var temporary = Path.Combine(folder, $"{Prefix}{Path.GetRandomFileName()}{Extension}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (WriteFailure.Of(e, target) is { } why)
        {
            throw new IOException($"Cannot write '{target}': {why.Replace(temporary, target, StringComparison.Ordinal)} Check that the folder exists, that you may write there, and that the disk has room.", e);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }
}
