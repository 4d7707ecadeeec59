using System.IO.Compression;

namespace Latent.Torch;

/// <summary>NPZ files: NumPy arrays by name, each an NPY in a ZIP archive.</summary>
/// <remarks>
/// <para>Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html. Opening reads the list of entries alone; arrays are read when asked for.</para>
/// <para>Domain: what <see cref="NpyFile"/> reads, stored or deflated, of any size ZIP64 allows. Names are those of the entries less a <c>.npy</c> at the end. Two entries of one name are refused, as are entries whose checksum is wrong.</para>
/// <para>Written files are the same bytes for the same content: entries in the order of their names, dated 1980-01-01 as NumPy's are.</para>
/// <para>One thread at a time.</para>
/// </remarks>
public sealed class NpzFile : IDisposable
{
    private const string Extension = ".npy";

    private static readonly DateTimeOffset s_epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FileStream _stream;
    private readonly Dictionary<string, ZipArchiveEntry> _entries;

    private NpzFile(string path, FileStream stream, Dictionary<string, ZipArchiveEntry> entries)
    {
        Path = path;
        _stream = stream;
        _entries = entries;
    }

    /// <summary>The file, as it was named to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The names of the arrays, in the order of the archive.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens a file and reads its list of entries.</summary>
    /// <exception cref="MalformedFileException">The file is no ZIP archive, is damaged, or has two entries of one name.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not read the file.</exception>
    public static NpzFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new(path, stream, ListEntries(path, stream));
        }
        catch (InvalidDataException e)
        {
            stream.Dispose();
            throw new MalformedFileException(path, "ZIP archive", e.Message, "Check that this is an NPZ file; if so, it is damaged or cut short: fetch it again.", e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads one array.</summary>
    /// <param name="name">The name, with or without <c>.npy</c>.</param>
    /// <exception cref="KeyNotFoundException">The file has no array of that name.</exception>
    /// <exception cref="MalformedFileException">The entry is no NPY array, is damaged, or holds elements that Latent does not read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public HostArray Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry) && !_entries.TryGetValue(NameOf(name), out entry))
            throw new KeyNotFoundException($"'{Path}' has no array {Quoted.Name(name)}; it has {Quoted.Names(Names)}.");
        var place = $"entry {Quoted.Name(entry.FullName)}, ";
        try
        {
            using var content = entry.Open();
            return NpyFile.Read(content, new(Path, place, entry.Length, Math.Min(entry.CompressedLength, _stream.Length), entry.Crc32));
        }
        catch (InvalidDataException e)
        {
            throw new MalformedFileException(Path, $"{place}ZIP archive", e.Message, MalformedFileException.FetchAgain, e);
        }
    }

    /// <summary>Reads every array, in the order of the archive.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public IReadOnlyDictionary<string, HostArray> ReadAll() => _entries.Keys.ToDictionary(name => name, Read);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Writes a file; it appears whole or not at all, and replaces one of that name.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="arrays">The arrays by name, without <c>.npy</c>.</param>
    /// <param name="compress">Whether to deflate the entries, as <c>numpy.savez_compressed</c> does.</param>
    /// <exception cref="NotSupportedException">An array is bfloat16, which NPY lacks; convert it to float32.</exception>
    /// <exception cref="ArgumentException">An array has more than 64 dimensions.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, HostArray> arrays, bool compress = false)
    {
        var ordered = arrays.OrderBy(array => array.Key, StringComparer.Ordinal).Select(array => (Name: array.Key, Header: NpyHeader.Format(array.Value), Array: array.Value)).ToList();
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, header, array) in ordered)
            {
                var entry = archive.CreateEntry(name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
                entry.LastWriteTime = s_epoch;
                using var content = entry.Open();
                NpyFile.Write(content, header, array);
            }
        });
    }

    private static Dictionary<string, ZipArchiveEntry> ListEntries(string path, FileStream stream)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>();
        foreach (var entry in new ZipArchive(stream, ZipArchiveMode.Read).Entries)
        {
            if (!entries.TryAdd(NameOf(entry.FullName), entry))
                throw new MalformedFileException(path, $"entry {Quoted.Name(entry.FullName)}", "The archive has two arrays of this name.", "Write it again with each name once.");
        }
        return entries;
    }

    private static string NameOf(string entry) => entry.EndsWith(Extension, StringComparison.Ordinal) ? entry[..^Extension.Length] : entry;
}
