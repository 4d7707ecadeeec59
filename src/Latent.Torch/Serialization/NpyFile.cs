using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Latent.Torch;

/// <summary>NPY files: one NumPy array each.</summary>
/// <remarks>
/// <para>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Layout: six bytes of magic, two of version, the header's length, the header, the elements.</para>
/// <para>Domain: reads formats 1.0, 2.0 and 3.0 with bool, uint8, int8, int16, int32, int64, float16, float32 and float64 of either byte order; writes format 1.0, little-endian.
/// Other types, among them Python objects, text, structured and complex types, are refused. NPY has no bfloat16.
/// Arrays in column-major order (<c>fortran_order</c>) arrive in row-major order with the same indices.</para>
/// </remarks>
public static class NpyFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedFileException">The file is no NPY file, is damaged, or holds elements that Latent does not read.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not read the file.</exception>
    public static HostArray Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Read(stream, new(path, "", stream.Length, stream.Length, Crc32: null));
    }

    /// <summary>Writes a file; it appears whole or not at all, and replaces one of that name.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="array">The array; NumPy reads at most 64 dimensions.</param>
    /// <exception cref="NotSupportedException">The array is bfloat16, which NPY lacks; convert it to float32.</exception>
    /// <exception cref="ArgumentException">The array has more than 64 dimensions.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, HostArray array)
    {
        var header = NpyHeader.Format(array);
        AtomicFile.Write(path, stream => Write(stream, header, array));
    }

    /// <summary>A stream that holds an array, as its container declares it.</summary>
    /// <param name="Path">The file, for messages.</param>
    /// <param name="Entry">Where in the file the stream is, for messages: empty, or ending in ", ".</param>
    /// <param name="Length">The bytes the stream is said to have.</param>
    /// <param name="Present">The bytes that are known to be there: as much memory may be taken on trust.</param>
    /// <param name="Crc32">The checksum of the stream, where the container has one.</param>
    internal readonly record struct Source(string Path, string Entry, long Length, long Present, uint? Crc32)
    {
        public MalformedFileException Fault(string place, string problem, string remedy = MalformedFileException.FetchAgain) =>
            new(Path, Entry + place, problem, remedy);
    }

    /// <summary>Reads an array from a stream.</summary>
    /// <exception cref="MalformedFileException">As for <see cref="Read(string)"/>; or the checksum is another.</exception>
    internal static HostArray Read(Stream stream, in Source source)
    {
        // Format 1.0 has 2 bytes for the header's length, the others 4.
        Span<byte> prefix = stackalloc byte[12];
        var magic = NpyHeader.Magic.Length;
        if (stream.ReadAtLeast(prefix[..(magic + 2)], magic + 2, throwOnEndOfStream: false) < magic + 2 || !prefix.StartsWith(NpyHeader.Magic))
            throw source.Fault("byte 0", "This is no NPY array: it does not begin with \\x93NUMPY and a version.", "Save the array with numpy.save or numpy.savez.");
        var (major, minor) = (prefix[magic], prefix[magic + 1]);
        if (major is < 1 or > 3 || minor != 0)
            throw source.Fault($"byte {magic}", $"NPY format {major}.{minor} is none of 1.0, 2.0 and 3.0.", "Save the array again with numpy.save.");
        prefix = prefix[..(magic + (major == 1 ? 4 : 6))];
        ReadExactly(stream, prefix[(magic + 2)..], source);
        var headerLength = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[(magic + 2)..]) : BinaryPrimitives.ReadUInt32LittleEndian(prefix[(magic + 2)..]);
        if (headerLength > ushort.MaxValue)
            throw source.Fault($"byte {magic + 2}", $"The header is said to have {headerLength} bytes; those of plain arrays stay below 65,536.", "Save each field of a structured array as an array of its own.");
        if (prefix.Length + headerLength > source.Length)
            throw source.Fault($"byte {magic + 2}", $"The header is said to have {headerLength} bytes, and {source.Length - prefix.Length} follow.");
        var text = new byte[headerLength];
        ReadExactly(stream, text, source);
        var header = NpyHeader.Parse(text, source.Path, source.Entry);

        if (!HostArray.TryByteCount(header.ElementType, header.Shape, out var count))
            throw source.Fault("NPY header", $"The size of shape {Quoted.Shape(header.Shape)} overflows 64 bits.");
        var rest = source.Length - prefix.Length - text.Length;
        if (count != rest)
            throw source.Fault($"byte {prefix.Length + text.Length}", $"{header.ElementType} {Quoted.Shape(header.Shape)} takes {count} bytes, and {rest} follow the header.");
        if (count > Array.MaxLength)
            throw source.Fault("NPY header", $"The array has {count} bytes; Latent reads up to {Array.MaxLength} from NPY.", "Save it in parts, or as safetensors.");
        var data = ReadGrowing(stream, (int)count, source);
        if (source.Crc32 is { } crc && crc != Crc32.Append(Crc32.Append(Crc32.Append(0, prefix), text), data))
            throw source.Fault("checksum", "The checksum is not the one stored beside the data.");

        if (header.ElementType is ElementType.Bool && HostArray.IndexOfNeitherTrueNorFalse(data) is >= 0 and var i)
            throw source.Fault($"byte {prefix.Length + text.Length + i}", $"The bool is {data[i]}, neither 0 nor 1.");
        if (header.SwapBytes) ReverseElements(data, header.ElementType.Size());
        if (header.ColumnMajor && header.Shape.Rank > 1) data = ToRowMajor(data, header.Shape, header.ElementType.Size());
        return new(header.ElementType, header.Shape, data);
    }

    /// <summary>Writes an array behind its header.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<byte> header, HostArray array)
    {
        stream.Write(header);
        stream.Write(array.Bytes.Span);
    }

    private static void ReadExactly(Stream stream, Span<byte> destination, in Source source)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
            throw source.Fault("NPY header", "The data end within the header.");
    }

    /// <summary>Reads <paramref name="count"/> bytes; memory grows with what arrives, since a compressed entry may promise what it does not hold.</summary>
    private static byte[] ReadGrowing(Stream stream, int count, in Source source)
    {
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(count, Math.Max(source.Present, 1 << 16)));
        for (var filled = 0; ;)
        {
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            if (filled < buffer.Length) throw source.Fault("data", $"The data end after {filled} of {count} bytes.");
            if (filled == count) return buffer;
            Array.Resize(ref buffer, (int)Math.Min(count, 2L * buffer.Length));
        }
    }

    private static void ReverseElements(Span<byte> data, int size)
    {
        switch (size)
        {
            case 2:
                var two = MemoryMarshal.Cast<byte, ushort>(data);
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                var four = MemoryMarshal.Cast<byte, uint>(data);
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                var eight = MemoryMarshal.Cast<byte, ulong>(data);
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
        }
    }

    private static byte[] ToRowMajor(byte[] data, ReadOnlySpan<long> shape, int size)
    {
        var result = new byte[data.Length];
        switch (size)
        {
            case 1: ToRowMajor<byte>(data, result, shape); break;
            case 2: ToRowMajor<ushort>(data, result, shape); break;
            case 4: ToRowMajor<uint>(data, result, shape); break;
            case 8: ToRowMajor<ulong>(data, result, shape); break;
        }
        return result;
    }

    private static void ToRowMajor<T>(ReadOnlySpan<byte> columnMajor, Span<byte> rowMajor, ReadOnlySpan<long> shape) where T : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, T>(columnMajor);
        var target = MemoryMarshal.Cast<byte, T>(rowMajor);
        if (target.IsEmpty) return;
        var strides = new int[shape.Length];
        strides[0] = 1;
        for (var axis = 1; axis < shape.Length; axis++) strides[axis] = (int)(strides[axis - 1] * shape[axis - 1]);

        var index = new int[shape.Length];
        var last = shape.Length - 1;
        var from = 0;
        for (var to = 0; to < target.Length;)
        {
            for (var i = 0; i < shape[last]; i++) target[to++] = source[from + i * strides[last]];
            for (var axis = last - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis]) break;
                from -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }
}
