namespace Latent.Data;

/// <summary>A data set that is known by name: what it is, where it comes from, and how it is read or made.</summary>
public sealed class NamedSet
{
    private readonly Func<string, DataSplits>? load;
    private readonly Func<long, ulong, string, Dataset>? make;

    private NamedSet(string name, string description, string examples, string source, PartSizes sizes, IReadOnlyList<SetFile> files)
    {
        Name = name;
        Description = description;
        Examples = examples;
        Source = source;
        Sizes = sizes;
        Files = files;
    }

    /// <summary>A set that lies in files.</summary>
    /// <param name="load">Reads it from the data root.</param>
    internal NamedSet(string name, string description, string examples, string source, PartSizes sizes, IReadOnlyList<SetFile> files, Func<string, DataSplits> load)
        : this(name, description, examples, source, sizes, files) => this.load = load;

    /// <summary>A set that is made by the program.</summary>
    /// <param name="make">From a number of examples, a seed and a name to a part.</param>
    internal NamedSet(string name, string description, string examples, PartSizes sizes, Func<long, ulong, string, Dataset> make)
        : this(name, description, examples, "generated", sizes, []) => this.make = make;

    /// <summary>The name: <c>mnist</c>, <c>debd/nltcs</c>.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Description { get; }

    /// <summary>The shape and kind of the examples: <c>[1, 28, 28], 256 levels</c>.</summary>
    public string Examples { get; }

    /// <summary>Whom to cite.</summary>
    public string Source { get; }

    /// <summary>How many examples its parts have; of a generated set, unless others are asked for.</summary>
    public PartSizes Sizes { get; }

    /// <summary>Its files; none if it is generated.</summary>
    public IReadOnlyList<SetFile> Files { get; }

    /// <summary>Whether it is made by the program and needs no files.</summary>
    public bool IsGenerated => make is not null;

    /// <summary>Whether all its files can be fetched by <see cref="DownloadAsync"/>.</summary>
    public bool IsDownloadable => !IsGenerated && Files.All(file => file.Url is not null);

    /// <summary>Whether all its files are there.</summary>
    /// <param name="root">The data root; null if there is none.</param>
    public bool IsPresent(string? root) => IsGenerated || root is not null && !MissingFiles(root).Any();

    /// <summary>Reads or makes the set, without preprocessing.</summary>
    /// <param name="root">The data root; null if there is none.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says how to get it.</exception>
    /// <exception cref="Torch.MalformedFileException">A file is damaged.</exception>
    public DataSplits Load(string? root)
    {
        if (IsGenerated) return Make(Sizes);
        var remedy = IsDownloadable ? $"Fetch it with 'latent data download {Name}'" : $"Its source is {Source}; get the files there";
        if (root is null)
            throw new FileNotFoundException($"The set '{Name}' lies in files, and no data root is set. {remedy}, and name the folder with --data-root or LATENT_DATA.");
        if (MissingFiles(root).FirstOrDefault() is { } missing)
        {
            var path = Path.Combine(root, missing.Path);
            throw new FileNotFoundException($"The set '{Name}' needs the file '{path}', which does not exist. {remedy}, or name another data root with --data-root or LATENT_DATA.", path);
        }
        return load!(root);
    }

    /// <summary>Makes a generated set anew.</summary>
    /// <param name="sizes">How many examples the parts have, each at least 1.</param>
    /// <param name="seed">Of everything random; the parts are independent of each other.</param>
    /// <exception cref="ArgumentException">The set is not generated, or a size is below 1 or too large for an array.</exception>
    public DataSplits Make(PartSizes sizes, ulong seed = 0)
    {
        if (make is null)
            throw new ArgumentException($"The set '{Name}' lies in files and is not made by the program. Those that are: {string.Join(", ", NamedSets.All.Where(set => set.IsGenerated).Select(set => set.Name))}.", nameof(sizes));
        var most = Array.MaxLength / make(1, seed, Name).RowBytes;
        return Math.Max(sizes.Train, Math.Max(sizes.Validation, sizes.Test)) <= most
            ? DataSplits.Generate(Name, sizes, seed, make)
            : throw new ArgumentOutOfRangeException(nameof(sizes), sizes, $"A part of '{Name}' holds at most {most} examples; take fewer than {sizes}.");
    }

    /// <summary>The files that are not there.</summary>
    public IEnumerable<SetFile> MissingFiles(string root) => Files.Where(file => !File.Exists(Path.Combine(root, file.Path)));

    /// <summary>The files whose content is not what it should be, compared by SHA-256; files that are missing are not among them.</summary>
    public async Task<IReadOnlyList<SetFile>> DamagedFilesAsync(string root, CancellationToken cancellation = default)
    {
        var damaged = new List<SetFile>();
        foreach (var file in Files)
        {
            var path = Path.Combine(root, file.Path);
            if (File.Exists(path) && await Download.ChecksumAsync(path, cancellation).ConfigureAwait(false) != file.Sha256.ToUpperInvariant()) damaged.Add(file);
        }
        return damaged;
    }

    /// <summary>Fetches the files that are missing or damaged; does nothing where there are none.</summary>
    /// <param name="root">The data root, made if need be.</param>
    /// <param name="client">The connection.</param>
    /// <param name="progress">Told the file, the bytes of it that have arrived, and how many there will be where the server says so.</param>
    /// <returns>The files that were fetched.</returns>
    /// <exception cref="IOException">A file cannot be fetched, or has no address to fetch it from; see <see cref="Download.ToFileAsync"/>.</exception>
    public async Task<IReadOnlyList<SetFile>> DownloadAsync(string root, HttpClient client, IProgress<(SetFile File, long Arrived, long? All)>? progress = null, CancellationToken cancellation = default)
    {
        SetFile[] wanted = [.. MissingFiles(root), .. await DamagedFilesAsync(root, cancellation).ConfigureAwait(false)];
        if (wanted.FirstOrDefault(file => file.Url is null) is { } byHand)
            throw new FileNotFoundException($"The set '{Name}' has no address to download from. Get it from its source ({Source}) and put it at '{Path.Combine(root, byHand.Path)}'.");
        foreach (var file in wanted)
        {
            var forFile = progress is null ? null : new FileProgress(file, progress);
            await Download.ToFileAsync(client, file.Url!, Path.Combine(root, file.Path), file.Sha256, forFile, cancellation).ConfigureAwait(false);
        }
        return wanted;
    }

    private sealed class FileProgress(SetFile file, IProgress<(SetFile, long, long?)> all) : IProgress<(long Arrived, long? All)>
    {
        public void Report((long Arrived, long? All) value) => all.Report((file, value.Arrived, value.All));
    }
}
