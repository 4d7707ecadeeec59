namespace Latent.Data;

/// <summary>A data set that is known by name: what it is, where it comes from, and how it is read or made.</summary>
public sealed class NamedSet
{
    private readonly Func<string, DataSplits> load;

    internal NamedSet(string name, string description, string examples, string source, IReadOnlyList<SetFile> files, Func<string, DataSplits> load)
    {
        Name = name;
        Description = description;
        Examples = examples;
        Source = source;
        Files = files;
        this.load = load;
    }

    /// <summary>The name: <c>mnist</c>, <c>debd/nltcs</c>.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Description { get; }

    /// <summary>The shape and kind of the examples: <c>[1, 28, 28], 256 levels</c>.</summary>
    public string Examples { get; }

    /// <summary>Whom to cite.</summary>
    public string Source { get; }

    /// <summary>Its files; none if it is generated.</summary>
    public IReadOnlyList<SetFile> Files { get; }

    /// <summary>Whether it is made by the program and needs no files.</summary>
    public bool IsGenerated => Files.Count == 0;

    /// <summary>Whether all its files can be fetched by <see cref="DownloadAsync"/>.</summary>
    public bool IsDownloadable => !IsGenerated && Files.All(file => file.Url is not null);

    /// <summary>Whether all its files are there.</summary>
    /// <param name="root">The data root; null if there is none.</param>
    public bool IsPresent(string? root) => IsGenerated || root is not null && Files.All(file => File.Exists(Path.Combine(root, file.Path)));

    /// <summary>Reads or makes the set, without preprocessing.</summary>
    /// <param name="root">The data root; null if there is none.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says how to get it.</exception>
    /// <exception cref="Torch.MalformedFileException">A file is damaged.</exception>
    public DataSplits Load(string? root)
    {
        if (IsGenerated) return load("");
        var remedy = IsDownloadable ? $"Fetch it with 'latent data download {Name}'" : $"Its source is {Source}; get the files there";
        if (root is null)
            throw new FileNotFoundException($"The set '{Name}' lies in files, and no data root is set. {remedy}, and name the folder with --data-root or LATENT_DATA.");
        if (Files.FirstOrDefault(file => !File.Exists(Path.Combine(root, file.Path))) is { } missing)
        {
            var path = Path.Combine(root, missing.Path);
            throw new FileNotFoundException($"The set '{Name}' needs the file '{path}', which does not exist. {remedy}, or name another data root with --data-root or LATENT_DATA.", path);
        }
        return load(root);
    }

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

    /// <summary>Fetches the files that are missing or damaged.</summary>
    /// <param name="root">The data root, made if need be.</param>
    /// <param name="client">The connection.</param>
    /// <param name="progress">Told the file, the bytes of it that have arrived, and how many there will be where the server says so.</param>
    /// <exception cref="InvalidOperationException">The set is generated, or has files without an address.</exception>
    /// <exception cref="IOException">A file cannot be fetched; see <see cref="Download.ToFileAsync"/>.</exception>
    public async Task DownloadAsync(string root, HttpClient client, IProgress<(SetFile File, long Arrived, long? All)>? progress = null, CancellationToken cancellation = default)
    {
        if (IsGenerated) throw new InvalidOperationException($"The set '{Name}' is made by the program and needs no download.");
        if (!IsDownloadable) throw new InvalidOperationException($"The set '{Name}' has no address to download from. Get it from its source ({Source}) and put it at '{Path.Combine(root, Files[0].Path)}'.");
        foreach (var file in Files)
        {
            var forFile = progress is null ? null : new FileProgress(file, progress);
            await Download.ToFileAsync(client, file.Url!, Path.Combine(root, file.Path), file.Sha256, forFile, cancellation).ConfigureAwait(false);
        }
    }

    private sealed class FileProgress(SetFile file, IProgress<(SetFile, long, long?)> all) : IProgress<(long Arrived, long? All)>
    {
        public void Report((long Arrived, long? All) value) => all.Report((file, value.Arrived, value.All));
    }
}
