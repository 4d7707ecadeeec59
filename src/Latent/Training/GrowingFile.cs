using Latent.Torch;

namespace Latent.Training;

/// <summary>A file that grows by whole pieces: one that does not fit leaves nothing of itself behind.</summary>
/// <param name="file">The file, without a buffer, at its end.</param>
internal sealed class GrowingFile(FileStream file) : IDisposable
{
    /// <summary>The file.</summary>
    public string Path => file.Name;

    /// <summary>Adds a piece, and hands it to the system.</summary>
    /// <exception cref="IOException">It cannot be written, as when the disk is full; what stood there before still does.</exception>
    public void Append(ReadOnlySpan<byte> piece)
    {
        var end = file.Position;
        try
        {
            file.Write(piece);
        }
        catch (Exception e) when (WriteFailure.Of(e, Path) is { } why)
        {
            file.SetLength(end);
            throw new IOException($"Cannot write '{Path}': {why} Make room and resume the run: its last checkpoint is intact.", e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
