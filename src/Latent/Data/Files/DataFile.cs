using Latent.Torch;

namespace Latent.Data;

/// <summary>A user's own data by path: what kind of file or folder it is, its name says.</summary>
/// <remarks>
/// <para>Data in one part, cut into three at random, or joined by a second file for the test:</para>
/// <para><c>.csv</c>, <c>.tsv</c>, <c>.txt</c>, <c>.data</c>: tables (<see cref="CsvTable"/>). <c>.npy</c>, <c>.npz</c>: an array
/// [N, *E], with labels from an array <c>y</c> beside <c>x</c>. Names with <c>idx</c>: pictures, with labels from the file called
/// <c>labels-idx1</c> in place of <c>images-idx3</c>, where there is one. <c>.bin</c>: the layout of CIFAR-10. Folders: pictures
/// (<see cref="ImageFolder"/>).</para>
/// <para>Data that come in parts: <c>.npz</c> with the arrays <c>x_train</c>, <c>x_test</c>; folders with <c>train-images-idx3-ubyte</c>,
/// <c>t10k-images-idx3-ubyte</c>, or with <c>train.csv</c>, <c>test.csv</c>; <c>.json</c>: piano rolls (<see cref="PianoRollFile"/>).</para>
/// <para><c>.gz</c> at the end of a name changes nothing, but for arrays, which have a packing of their own.</para>
/// </remarks>
public static partial class DataFile
{
    private enum Kind { Table, Npy, Npz, Idx, Cifar, Pictures, NpzParts, IdxParts, TableParts, PianoRolls }

    private static readonly string[] Splitting = ["test-data", "validation", "test"];
    private static readonly string[] OfTables = ["label", "factor", "header", "separator", "levels"];

    /// <summary>Reads data in their parts; what is not there in parts is cut or joined as the request says.</summary>
    /// <exception cref="ArgumentException">A choice does not go with the data.</exception>
    /// <exception cref="MalformedFileException">A file is damaged, or none of these.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static DataSplits Open(DataRequest request)
    {
        var (path, kind) = (request.Source, KindOf(request.Source, request.Array));
        var name = NameOf(path);
        request.AllowOnly($"'{path}'", ChoicesFor(kind));
        switch (kind)
        {
            case Kind.PianoRolls:
                return PianoRollFile.Read(name, path);
            case Kind.NpzParts:
                using (var file = NpzFile.Open(path)) return ReadParts(name, file, request);
            case Kind.IdxParts:
                return InParts(name, request, (part, levels, _) => IdxPart(name, path, part, levels));
            case Kind.TableParts:
                return InParts(name, request, (part, _, layout) => TablePart(name, path, part, request with { Layout = layout }));
        }
        if (request.TestData is null) return DataSplits.Random(Read(request), request.Validation ?? 0.1, request.Test ?? 0.1, request.Seed);

        if (request.Test is not null) throw new ArgumentException($"The test set is '{request.TestData}': leave --test out.", nameof(request));
        if (KindOf(request.TestData, request.Array) != kind)
            throw new ArgumentException($"'{path}' and the test data '{request.TestData}' are of different kinds; give two files, or two folders, of one kind.", nameof(request));
        return InParts(name, request, (part, levels, layout) => part switch
        {
            "train" => ReadOne(kind, name, path, request, levels),
            "test" => ReadOne(kind, $"{name}/test", request.TestData, request with { Layout = layout }, levels),
            _ => null,
        });
    }

    /// <summary>Reads all examples of data in one part, uncut.</summary>
    /// <exception cref="ArgumentException">A choice does not go with the data, or they come in parts.</exception>
    /// <exception cref="MalformedFileException">The file is damaged, or no such data.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static Dataset Read(DataRequest request)
    {
        var kind = KindOf(request.Source, request.Array);
        if (kind >= Kind.NpzParts) throw new ArgumentException($"'{request.Source}' comes in parts; name a file with one set of examples.", nameof(request));
        request.AllowOnly($"'{request.Source}'", ChoicesFor(kind));
        return ReadOne(kind, NameOf(request.Source), request.Source, request, request.Levels);
    }

    /// <summary>Whether a file or folder holds a training set and others.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    internal static bool ComesInParts(string path, string? array) => KindOf(path, array) >= Kind.NpzParts;

    /// <summary>Which choices of a request go with a file or folder, as the command line spells them.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    internal static IEnumerable<string> Choices(string path, string? array) => ChoicesFor(KindOf(path, array));

    private static IEnumerable<string> ChoicesFor(Kind kind) => kind switch
    {
        Kind.Table => [.. OfTables, .. Splitting],
        Kind.Npy or Kind.Idx => ["levels", .. Splitting],
        Kind.Npz => ["levels", "array", .. Splitting],
        Kind.Cifar => Splitting,
        Kind.Pictures => ["channels", .. Splitting],
        Kind.NpzParts or Kind.IdxParts => ["levels", "validation"],
        Kind.TableParts => [.. OfTables, "validation"],
        _ => [],
    };

    private static Kind KindOf(string path, string? array)
    {
        if (Directory.Exists(path))
        {
            return FindIdx(path, "train-images-idx3-ubyte") is not null ? Kind.IdxParts
                : File.Exists(Path.Combine(path, "train.csv")) ? Kind.TableParts
                : Kind.Pictures;
        }
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no data set, file or folder {Quoted.Name(path)}.{NamedSets.DidYouMean(path)} Check the path; 'latent data list' shows the names of sets.", path);
        var name = NameOf(path);
        var stem = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        switch (Path.GetExtension(stem).ToLowerInvariant())
        {
            case ".csv" or ".tsv" or ".txt" or ".data": return Kind.Table;
            case ".npy": return Kind.Npy;
            case ".npz":
                using (var file = NpzFile.Open(path)) return array is null && file.Names.Contains("x_train") ? Kind.NpzParts : Kind.Npz;
            case ".json": return Kind.PianoRolls;
            case ".bin": return Kind.Cifar;
        }
        return stem.Contains("idx", StringComparison.OrdinalIgnoreCase)
            ? Kind.Idx
            : throw new MalformedFileException(path, "name", "The name does not say what kind of data this is.", "Let it end in .csv, .npy, .npz, .json (piano rolls) or .bin (CIFAR-10), contain 'idx', or name a folder of pictures.");
    }

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static Dataset ReadOne(Kind kind, string name, string path, DataRequest request, int? levels)
    {
        switch (kind)
        {
            case Kind.Table:
                return ReadTable(name, path, request);
            case Kind.Npy:
                return FromArray(name, path, NpyFile.Read(path), levels);
            case Kind.Npz:
                using (var file = NpzFile.Open(path)) return FromArrays(name, file, request.Array, "", levels);
            case Kind.Cifar:
                return CifarFile.Read(name, path);
            case Kind.Idx:
                return ReadPictures(name, path, levels);
            default:
                var pictures = ImageFolder.Read(name, path, request.Size, channels: request.Channels);
                return request.Size is null ? pictures : pictures.Declared(Preprocessing.None with { Size = request.Size });
        }
    }

    private static Dataset ReadTable(string name, string path, DataRequest request)
    {
        var table = CsvTable.Read(path, request.Header, request.Separator, request.Label);
        return table.ToDataset(name, request.Levels, request.Label, request.Factors, request.Layout);
    }

    private static Dataset? TablePart(string name, string folder, string part, DataRequest request)
    {
        var path = Path.Combine(folder, $"{part}.csv");
        return File.Exists(path) ? ReadTable($"{name}/{part}", path, request) : null;
    }

    private static Dataset ReadPictures(string name, string path, int? levels)
    {
        var labels = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).Replace("images-idx3", "labels-idx1", StringComparison.Ordinal));
        var pictures = IdxFile.ReadImages(name, path, labels != path && File.Exists(labels) ? labels : null, levels ?? 256);
        return levels is null && IsBinary(pictures.Values.Bytes.Span) ? pictures.WithValues(pictures.Values, 2, Preprocessing.None) : pictures;
    }

    private static Dataset? IdxPart(string name, string folder, string part, int? levels) =>
        FindIdx(folder, $"{(part == "test" ? "t10k" : part)}-images-idx3-ubyte") is { } path ? ReadPictures($"{name}/{part}", path, levels) : null;

    private static string? FindIdx(string folder, string file) =>
        Array.Find([Path.Combine(folder, file), Path.Combine(folder, file + ".gz")], File.Exists);

    private static bool IsBinary(ReadOnlySpan<byte> values) => !values.ContainsAnyExceptInRange((byte)0, (byte)1);

    /// <summary>Joins parts that come as such; validation examples that do not are drawn from the training set.</summary>
    /// <param name="read">
    /// Reads the part <c>train</c>, <c>validation</c> or <c>test</c> with a number of levels, to be found out if null, and of tables
    /// with the columns they must go with; null if there is no such part.
    /// </param>
    private static DataSplits InParts(string name, DataRequest request, Func<string, int?, TableLayout?, Dataset?> read)
    {
        var train = read("train", request.Levels, request.Layout)!;
        var levels = request.Levels ?? train.Levels;
        var layout = request.Layout ?? TableLayout.Of(train);
        var validation = read("validation", levels, layout);
        var test = read("test", levels, layout)
            ?? throw new MalformedFileException(request.Source, "parts", "There is a training set and no test set.", "Add it, or name the training set alone to have it cut at random.");
        if (request.Layout is null && Array.Find([validation, test], part => part is { UnusedColumns.Count: > 0 }) is { } wide)
            throw new MalformedFileException(request.Source, wide.Name, $"It has {Quoted.Names([.. wide.UnusedColumns])}, and the training set has not.", "Give all parts the same columns.");
        if (validation is not null)
        {
            if (request.Validation is not null) throw new ArgumentException($"'{request.Source}' comes with a validation set: leave --validation out.", nameof(request));
            return new(name, $"as given: {new PartSizes(train.Count, validation.Count, test.Count)}", train, validation, test);
        }
        var drawn = DataSplits.Random(train, request.Validation ?? 0.1, 0, request.Seed);
        var sizes = drawn.Sizes with { Test = test.Count };
        return new(name, sizes.Validation == 0 ? $"as given: {sizes}" : $"as given, validation drawn from training: {sizes}, seed {request.Seed}", drawn.Train, drawn.Validation, test);
    }
}
