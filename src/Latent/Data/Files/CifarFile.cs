using Latent.Torch;

namespace Latent.Data;

/// <summary>Files in the binary layout of CIFAR-10: records of one label byte and 3×32×32 pixels, channel by channel. Packed by gzip or not.</summary>
/// <remarks>Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.</remarks>
public static class CifarFile
{
    private const int Pixels = 3 * 32 * 32;
    private const int Record = 1 + Pixels;

    /// <summary>Reads files one after the other, as a data set [N, 3, 32, 32] with labels 0 … 9.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="paths">The files.</param>
    /// <exception cref="MalformedFileException">A file does not consist of whole records, or a label is above 9.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static Dataset Read(string name, params IReadOnlyList<string> paths)
    {
        var contents = paths.Select(path => (Path: path, Bytes: FileContent.Read(path))).ToList();
        foreach (var (path, bytes) in contents)
        {
            if (bytes.Length == 0 || bytes.Length % Record != 0)
                throw new MalformedFileException(path, $"byte {bytes.Length / Record * Record}", $"{bytes.Length} bytes are no whole number of records of {Record}.", FileContent.FetchAgain);
        }
        var count = contents.Sum(c => c.Bytes.Length / Record);
        var pixels = new byte[checked(count * Pixels)];
        var labels = new int[count];
        var next = 0;
        foreach (var (path, bytes) in contents)
        {
            for (var at = 0; at < bytes.Length; at += Record, next++)
            {
                labels[next] = bytes[at] <= 9 ? bytes[at] : throw new MalformedFileException(path, $"byte {at}", $"The label is {bytes[at]}, and there are the classes 0 to 9.", "Check that this is CIFAR-10; CIFAR-100 has another layout.");
                bytes.AsSpan(at + 1, Pixels).CopyTo(pixels.AsSpan(next * Pixels));
            }
        }
        return new(name, new(ElementType.UInt8, [count, 3, 32, 32], pixels), 256, labels);
    }
}
