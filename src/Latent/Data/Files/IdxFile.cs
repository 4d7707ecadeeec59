using System.Buffers.Binary;
using System.IO.Compression;
using Latent.Torch;

namespace Latent.Data;

/// <summary>IDX files, the format of MNIST: one array each, packed by gzip or not.</summary>
/// <remarks>
/// <para>Source: http://yann.lecun.com/exdb/mnist. Layout: two zero bytes, the type, the number of axes, the sizes as big-endian
/// 32-bit numbers, the elements in row-major order, big-endian.</para>
/// <para>Domain: types 08 (UInt8), 09 (Int8), 0B (Int16), 0C (Int32), 0D (Float32), 0E (Float64); 1 to 255 axes.</para>
/// </remarks>
public static class IdxFile
{
    private static readonly (byte Code, ElementType Type)[] Types =
    [
        (0x08, ElementType.UInt8), (0x09, ElementType.Int8), (0x0B, ElementType.Int16),
        (0x0C, ElementType.Int32), (0x0D, ElementType.Float32), (0x0E, ElementType.Float64),
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedFileException">The file is no IDX file, or has not the length its header asks for.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static HostArray Read(string path)
    {
        var bytes = FileContent.Read(path);
        if (bytes is not [0, 0, var code, var rank, ..] || rank == 0 || !Types.Any(t => t.Code == code))
        {
            var start = Convert.ToHexString(bytes.AsSpan(0, Math.Min(4, bytes.Length)));
            throw new MalformedFileException(path, "byte 0", $"This is no IDX file: it begins with '{start}', not with 00 00, a type (08, 09, 0B, 0C, 0D or 0E) and a number of axes.", "Check that the name and the download are right.");
        }
        var type = Array.Find(Types, t => t.Code == code).Type;
        var header = 4 + 4 * rank;
        if (bytes.Length < header)
            throw new MalformedFileException(path, "byte 4", $"The sizes of {rank} axes take {4 * rank} bytes, and {bytes.Length - 4} follow.", FileContent.FetchAgain);
        var sizes = new long[rank];
        for (var axis = 0; axis < rank; axis++) sizes[axis] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + 4 * axis));
        var expected = sizes.Aggregate((Int128)type.Size(), (product, size) => Int128.Min(product * size, long.MaxValue));   // no overflow: below 2⁹⁵
        if (expected != bytes.Length - header)
            throw new MalformedFileException(path, $"byte {header}", $"{type} [{string.Join(", ", sizes)}] takes {expected} bytes, and {bytes.Length - header} follow the header.", FileContent.FetchAgain);
        var elements = bytes.AsMemory(header);
        Swap(elements.Span, type.Size());
        return new(type, [.. sizes], elements);
    }

    /// <summary>Writes a file, packed by gzip if its name ends in <c>.gz</c>; it appears whole or not at all.</summary>
    /// <exception cref="ArgumentException">The array is of a type or shape that IDX lacks.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, HostArray array)
    {
        var code = Array.Find(Types, t => t.Type == array.ElementType).Code;
        if (code == 0) throw new ArgumentException($"IDX has no {array.ElementType}; convert to {string.Join(", ", Types.Select(t => t.Type))}.", nameof(array));
        if (array.Shape.Rank is 0 or > 255 || array.Shape.AsSpan().ContainsAnyExceptInRange(0, uint.MaxValue))
            throw new ArgumentException($"IDX holds 1 to 255 axes of less than 2³² elements, not {array.Shape}.", nameof(array));
        var bytes = new byte[4 + 4 * array.Shape.Rank + array.Bytes.Length];
        (bytes[2], bytes[3]) = (code, (byte)array.Shape.Rank);
        for (var axis = 0; axis < array.Shape.Rank; axis++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 4 * axis), (uint)array.Shape[axis]);
        var elements = bytes.AsSpan(4 + 4 * array.Shape.Rank);
        array.Bytes.Span.CopyTo(elements);
        Swap(elements, array.ElementType.Size());
        AtomicFile.Write(path, stream =>
        {
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                stream.Write(bytes);
                return;
            }
            using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            packed.Write(bytes);
        });
    }

    /// <summary>Between big-endian and this processor's order, which is little-endian wherever libtorch runs.</summary>
    private static void Swap(Span<byte> elements, int size)
    {
        if (size == 1) return;
        for (var at = 0; at < elements.Length; at += size) elements.Slice(at, size).Reverse();
    }

    /// <summary>Reads pictures [N, H, W] of bytes, as a data set [N, 1, H, W] with or without labels.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="images">The file of the pictures.</param>
    /// <param name="labels">The file of their labels, UInt8 [N]; null for none.</param>
    /// <param name="levels">How many values a pixel has.</param>
    /// <exception cref="MalformedFileException">A file is none of the kind, or the numbers of examples differ.</exception>
    public static Dataset ReadImages(string name, string images, string? labels = null, int levels = 256)
    {
        var pixels = Read(images);
        if (pixels.ElementType != ElementType.UInt8 || pixels.Shape is not [_, > 0, > 0])
            throw new MalformedFileException(images, "header", $"The array is {pixels}, and pictures are UInt8 [N, H, W].", "Name the file of the images, such as train-images-idx3-ubyte.gz.");
        if (levels < 256 && pixels.Bytes.Span.IndexOfAnyExceptInRange((byte)0, (byte)(levels - 1)) is >= 0 and var i)
            throw new MalformedFileException(images, $"pixel {i}", $"The value is {pixels.Bytes.Span[i]}, and {levels} levels end at {levels - 1}.", "Binarize or quantise the pictures first, or read them with 256 levels.");
        var classes = labels is null ? null : Read(labels);
        if (classes is not null && (classes.ElementType != ElementType.UInt8 || classes.Shape.Rank != 1))
            throw new MalformedFileException(labels!, "header", $"The array is {classes}, and labels are UInt8 [N].", "Name the file of the labels, such as train-labels-idx1-ubyte.gz.");
        if (classes is not null && classes.Shape[0] != pixels.Shape[0])
            throw new MalformedFileException(labels!, "header", $"There are {classes.Shape[0]} labels, and {pixels.Shape[0]} pictures in '{images}'.", "Take both files from the same set.");
        return new Dataset(
            name, new(ElementType.UInt8, [pixels.Shape[0], 1, pixels.Shape[1], pixels.Shape[2]], pixels.Bytes), levels,
            classes is null ? null : Array.ConvertAll(classes.Bytes.ToArray(), b => (int)b));
    }
}
