using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Latent.Torch;

/// <summary>A safetensors file: named tensors, and texts beside them, in one file that loads without running code.</summary>
/// <remarks>
/// <para>Opening reads the header alone; tensors are read when asked for, straight from the disk into their memory, so a file may be larger than memory. Several threads may read at once.</para>
/// <para>Source: https://github.com/huggingface/safetensors. Layout: the header's length as 8 bytes, the header as JSON, the tensors' bytes.</para>
/// <para>Domain: dtypes BOOL, U8, I8, I16, I32, I64, F16, BF16, F32, F64. Whatever the reference implementation refuses is refused:
/// a header over 100 MB or beyond the file, data with holes, overlaps or bytes behind the last tensor, sizes that do not fit the shapes; so are a name that comes twice and a BOOL that is neither 0 nor 1.</para>
/// <para>Written files are the same bytes for the same content, whatever the order of the dictionaries: tensors by falling alignment of the dtype
/// (I64, F64, F32, I32, BF16, F16, I16, I8, U8, BOOL) and then by name in UTF-8, as the reference implementation does; metadata by key; the header padded with spaces to 8 bytes.</para>
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle file, long dataStart, SafetensorsHeader header)
    {
        Path = path;
        _file = file;
        _dataStart = dataStart;
        Entries = header.Entries.ToDictionary(entry => entry.Name);
        Metadata = header.Metadata;
    }

    /// <summary>The file, as it was named to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>What the header says of each tensor, by name, in the order of their data.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The texts stored beside the tensors; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="MalformedFileException">The file is no safetensors file, is damaged, or has a dtype that Latent does not read.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not read the file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            Span<byte> prefix = stackalloc byte[8];
            if (length < prefix.Length)
                throw new MalformedFileException(path, "byte 0", $"The file has {length} bytes; the header's length alone takes 8.", MalformedFileException.FetchAgain);
            ReadExactly(file, path, prefix, 0);
            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > (ulong)(length - prefix.Length))
                throw new MalformedFileException(path, "byte 0", $"The header is said to have {headerLength} bytes, and {length - prefix.Length} follow.", "Check that this is a safetensors file; if so, it is damaged or cut short: fetch it again.");
            if (headerLength > SafetensorsHeader.MaxLength)
                throw new MalformedFileException(path, "byte 0", $"The header is said to have {headerLength} bytes; the format allows {SafetensorsHeader.MaxLength}.", "Check that this is a safetensors file.");
            var json = GC.AllocateUninitializedArray<byte>((int)headerLength);
            ReadExactly(file, path, json, prefix.Length);
            var dataStart = prefix.Length + json.Length;
            return new(path, file, dataStart, SafetensorsHeader.Parse(json, length - dataStart, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="NotSupportedException">The tensor is larger than a .NET array (2 GiB); read it in pieces with <see cref="ReadInto"/>.</exception>
    /// <exception cref="MalformedFileException">A BOOL is neither 0 nor 1, or the file has shrunk since it was opened.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public HostArray Read(string name)
    {
        var entry = Find(name);
        if (entry.ByteCount > Array.MaxLength)
            throw new NotSupportedException($"The tensor '{name}' has {entry.ByteCount} bytes and a .NET array at most {Array.MaxLength}; read it in pieces with {nameof(ReadInto)}.");
        var bytes = GC.AllocateUninitializedArray<byte>((int)entry.ByteCount);
        ReadInto(name, bytes);
        return new(entry.ElementType, entry.Shape, bytes);
    }

    /// <summary>Reads the bytes of one tensor, or a part of them, into memory of the caller.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Is filled from end to end.</param>
    /// <param name="start">Where in the tensor to begin, in bytes.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has fewer bytes than asked for.</exception>
    /// <exception cref="MalformedFileException">A BOOL is neither 0 nor 1, or the file has shrunk since it was opened.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadInto(string name, Span<byte> destination, long start = 0)
    {
        var entry = Find(name);
        if (start < 0 || destination.Length > entry.ByteCount - start)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The tensor '{name}' has {entry.ByteCount} bytes; {destination.Length} from byte {start} on are not all there.");
        ReadExactly(_file, Path, destination, _dataStart + entry.Offset + start);
        if (entry.ElementType is ElementType.Bool && HostArray.IndexOfNeitherTrueNorFalse(destination) is >= 0 and var i)
        {
            throw new MalformedFileException(Path, $"tensor {Quoted.Name(name)}, byte {_dataStart + entry.Offset + start + i}",
                $"The BOOL is {destination[i]}, neither 0 nor 1.", MalformedFileException.FetchAgain);
        }
    }

    /// <summary>Reads every tensor, in the order of their data.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public IReadOnlyDictionary<string, HostArray> ReadAll() => Entries.Keys.ToDictionary(name => name, Read);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a file; it appears whole or not at all, and replaces one of that name.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts to store beside them.</param>
    /// <exception cref="ArgumentException">A name is <c>__metadata__</c> or no Unicode text, or names and metadata exceed 100 MB.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, HostArray> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = SafetensorsHeader.LayOut(tensors, metadata ?? new Dictionary<string, string>());
        var json = header.Format();
        if (json.Length > SafetensorsHeader.MaxLength)
            throw new ArgumentException($"The names and metadata make a header of {json.Length} bytes; the format allows {SafetensorsHeader.MaxLength}. Write several files.", nameof(tensors));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)json.Length);
            stream.Write(prefix);
            stream.Write(json);
            foreach (var entry in header.Entries) stream.Write(tensors[entry.Name].Bytes.Span);
        });
    }

    private SafetensorsEntry Find(string name) => Entries.TryGetValue(name, out var entry)
        ? entry
        : throw new KeyNotFoundException($"'{Path}' has no tensor {Quoted.Name(name)}; it has {Quoted.Names([.. Entries.Keys])}.");

    private static void ReadExactly(SafeFileHandle file, string path, Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(file, destination, offset);
            if (read == 0) throw new MalformedFileException(path, $"byte {offset}", "The file ends here: it has shrunk since it was opened.", "Open it again once it is written.");
            destination = destination[read..];
            offset += read;
        }
    }
}
