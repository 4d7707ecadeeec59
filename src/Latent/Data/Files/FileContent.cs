using System.IO.Compression;
using Latent.Torch;

namespace Latent.Data;

/// <summary>The bytes of a data file, unpacked where gzip packed them: which it is, the first two bytes say, not the name.</summary>
internal static class FileContent
{
    /// <summary>The remedy where bytes were lost or changed on the way.</summary>
    public const string FetchAgain = "The file is damaged or cut short: fetch it or write it again.";

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="MalformedFileException">It is packed and the packing is damaged, or too large.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path)) throw new MalformedFileException(path, "path", "This is a folder, not a file.", "Name a file in it.");
        var bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1F, 0x8B, ..]) return bytes;
        if (bytes.Length < 18) throw new MalformedFileException(path, "gzip", $"{bytes.Length} bytes are too few: header and end take 18.", FetchAgain);
        // The last four bytes are the length modulo 2³²; it is a hint for the buffer alone, bounded by what deflate can reach.
        var hint = BitConverter.ToUInt32(bytes, bytes.Length - 4);
        try
        {
            using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var unpacked = new MemoryStream((int)Math.Min(hint, Math.Min(bytes.Length * 1032L, Array.MaxLength)));
            packed.CopyTo(unpacked, 1 << 20);
            if ((uint)unpacked.Length != hint)
                throw new MalformedFileException(path, "gzip", $"{unpacked.Length} bytes came out, and the end of the file speaks of {hint}.", FetchAgain);
            return unpacked.Length == unpacked.Capacity ? unpacked.GetBuffer() : unpacked.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new MalformedFileException(path, "gzip", e.Message, FetchAgain, e);
        }
        catch (IOException e)   // more than an array can hold
        {
            throw new MalformedFileException(path, "gzip", e.Message, "Unpack and split the file.", e);
        }
    }
}
