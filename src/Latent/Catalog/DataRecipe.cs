using Latent.Data;

namespace Latent.Catalog;

/// <summary>Which data, and what is done to them. Likelihoods compare only where all of this is equal.</summary>
public sealed record DataRecipe
{
    /// <summary>The name of a set, or the path of a file or folder.</summary>
    public string Set { get; init; } = "glyphs";

    /// <summary>A second file or folder, for the test set; null: none.</summary>
    public string? TestData { get; init; }

    /// <summary>The fraction drawn for validation, where data do not come in parts; null: a tenth.</summary>
    public double? Validation { get; init; }

    /// <summary>The fraction drawn for the test, where data do not come in parts; null: a tenth.</summary>
    public double? Test { get; init; }

    /// <summary>Of the split, and of static binarization.</summary>
    public ulong Seed { get; init; }

    /// <summary>Of a table: the column of classes, numbers or words, which is not part of x.</summary>
    public string? Label { get; init; }

    /// <summary>Of a table: whether the first line names the columns; null to find out.</summary>
    public bool? Header { get; init; }

    /// <summary>Of a table: the character between fields; null to find out.</summary>
    public string? Separator { get; init; }

    /// <summary>Of a table or of bytes: how many values there are; null to find out.</summary>
    public int? Levels { get; init; }

    /// <summary>Of an NPZ file: the array of the examples; null: the only one, or <c>x</c>.</summary>
    public string? Array { get; init; }

    /// <summary>Of a folder of pictures: 1 for grey, 3 for colour; null: as they are.</summary>
    public int? Channels { get; init; }

    /// <summary>Height and width to bring pictures to, <c>[28, 28]</c>; null: as they are.</summary>
    public IReadOnlyList<int>? Size { get; init; }

    /// <summary>B to bring levels of grey to 2^B, such as 5 where they are 256; null: as they are.</summary>
    public int? Bits { get; init; }

    /// <summary>How levels of grey become 0 and 1; null: drawn anew in each epoch where the likelihood is Bernoulli, else not at all.</summary>
    public Binarization? Binarization { get; init; }

    /// <summary>The least grey value, as a fraction of white, that <see cref="Data.Binarization.Threshold"/> makes 1; null: 0.5.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether reals are shifted and scaled to mean 0 and standard deviation 1 by the training set; null: they are.</summary>
    public bool? Standardize { get; init; }

    /// <summary>The data as they are in the file, in parts.</summary>
    /// <param name="root">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <exception cref="ArgumentException">A choice does not go with the data.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public DataSplits Open(string? root) => Open(root, null);

    /// <inheritdoc cref="Open(string?)"/>
    /// <param name="root">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <param name="layout">The columns that tables must go with; null for those of the training set.</param>
    internal DataSplits Open(string? root, TableLayout? layout) => DataSplits.Open(Request(root) with { Layout = layout });

    /// <summary>This recipe with the whole paths of its files, so that it can be followed from any folder.</summary>
    internal DataRecipe Located => NamedSets.TryFind(Set) is not null ? this : this with { Set = Path.GetFullPath(Set), TestData = TestData is null ? null : Path.GetFullPath(TestData) };

    /// <summary>This recipe with the names of its files, wherever they lie: files may be moved, and what is in them has a fingerprint.</summary>
    internal DataRecipe Named => NamedSets.TryFind(Set) is not null ? this : this with { Set = Path.GetFileName(Path.TrimEndingDirectorySeparator(Set)), TestData = TestData is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(TestData)) };

    /// <summary>All examples of a file, uncut, as they are in the file.</summary>
    /// <param name="layout">The columns that tables must go with; null for all.</param>
    /// <exception cref="ArgumentException">A choice does not go with the data.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    internal Dataset ReadWhole(TableLayout? layout) => DataFile.Read(Request(null) with { Layout = layout });

    /// <summary>This recipe for other data: what is done to the values stays, and of how they are read what goes with them.</summary>
    /// <param name="source">The name of a set, or the path of a file or folder.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public DataRecipe For(string source)
    {
        IEnumerable<string> choices = NamedSets.TryFind(source) is null ? DataFile.Choices(source, Array) : [];
        return this with
        {
            Set = source,
            TestData = null,
            Validation = null,
            Test = null,
            Label = choices.Contains("label") ? Label : null,
            Header = choices.Contains("header") ? Header : null,
            Separator = choices.Contains("separator") ? Separator : null,
            Levels = choices.Contains("levels") ? Levels : null,
            Array = choices.Contains("array") ? Array : null,
            Channels = choices.Contains("channels") ? Channels : null,
        };
    }

    /// <summary>Whether the data are a file or folder of one part, which are read as a whole.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public bool IsWhole => NamedSets.TryFind(Set) is null && !DataFile.ComesInParts(Set, Array);

    /// <summary>This recipe with the choices that were left to the data written out.</summary>
    /// <param name="raw">The data as they are in the file.</param>
    /// <param name="isBinary">Whether the model wants 0 and 1.</param>
    public DataRecipe Resolve(DataSplits raw, bool isBinary) => this with
    {
        Binarization = Binarization ?? (isBinary && raw.Train.Levels > 2 ? Data.Binarization.Dynamic : raw.Preprocessing.Binarization),
        Standardize = Standardize ?? raw.Train is { Levels: null, IsSequence: false },
    };

    /// <summary>The data after what is done to them.</summary>
    /// <param name="raw">What <see cref="Open(string?)"/> gave to this recipe, resolved.</param>
    /// <param name="fitted">The standardisation of a trained model; null to fit it to the training set.</param>
    public DataSplits Apply(DataSplits raw, Standardization? fitted = null) => raw.Preprocessed(Steps(raw.Preprocessing) with { Standardize = Standardize ?? false }, fitted);

    /// <summary>Examples for a trained model after what is done to them.</summary>
    /// <param name="raw">Examples as they are in the file.</param>
    /// <param name="standardization">That of the training set; null without.</param>
    public Dataset Apply(Dataset raw, Standardization? standardization)
    {
        var steps = Steps(raw.Preprocessing);
        var binarized = raw.Reduced(steps).Binarized(steps);
        return standardization is null ? binarized : standardization.Apply(binarized);
    }

    /// <summary>The preprocessing up to binarization.</summary>
    private Preprocessing Steps(Preprocessing done) => (done.Binarization == Binarization
        ? done
        : done with { Binarization = Binarization ?? Data.Binarization.None, Seed = Binarization == Data.Binarization.Static ? Seed : 0, Threshold = Threshold ?? 0.5 }) with { Bits = Bits };

    private DataRequest Request(string? root) => new()
    {
        Source = Set,
        Root = root,
        TestData = TestData,
        Validation = Validation,
        Test = Test,
        Seed = Seed,
        Label = Label,
        Header = Header,
        Separator = Separator switch
        {
            null => null,
            [var only] => only,
            _ => throw new RecipeException("data.separator", $"'{Separator}' is no separator; it is one character."),
        },
        Levels = Levels,
        Array = Array,
        Channels = Channels,
        Size = Size switch
        {
            null => null,
            [var height, var width] => (height, width),
            _ => throw new RecipeException("data.size", $"There are {Size.Count} numbers; give height and width, such as [28, 28]."),
        },
    };
}
