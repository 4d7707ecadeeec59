namespace Latent.Data;

/// <summary>
/// Which data a user asks for and what is to be done to them: what <see cref="DataSplits.Open"/> follows. Choices that are null
/// were not made; one that does not go with the data is an error, never ignored.
/// </summary>
public sealed record DataRequest
{
    /// <summary>The name of a set, such as <c>mnist</c>, or the path of a file or folder.</summary>
    public required string Source { get; init; }

    /// <summary>The folder of the named sets; null for what <c>LATENT_DATA</c> says.</summary>
    public string? Root { get; init; }

    /// <summary>A second file or folder of the same kind, for the test set.</summary>
    public string? TestData { get; init; }

    /// <summary>The fraction of the examples, drawn at random, that is kept for validation; 0.1 if null.</summary>
    public double? Validation { get; init; }

    /// <summary>The fraction of the examples, drawn at random, that is kept for the test; 0.1 if null.</summary>
    public double? Test { get; init; }

    /// <summary>Seed of the split and of <see cref="Binarization.Static"/>.</summary>
    public ulong Seed { get; init; }

    /// <summary>Of a table: the column of classes, 0, 1, … or words.</summary>
    public string? Label { get; init; }

    /// <summary>Of a table: columns that belong to an example and are no part of it, such as a target or a number.</summary>
    public IReadOnlyList<string> Factors { get; init; } = [];

    /// <summary>Of a table: whether the first line names the columns; null to find out.</summary>
    public bool? Header { get; init; }

    /// <summary>Of a table: what stands between fields; null to find out.</summary>
    public char? Separator { get; init; }

    /// <summary>Of a table or of bytes: how many values there are, 2 to 256. Null: tables hold reals; bytes are binary where all are 0 or 1, and have 256 levels elsewhere.</summary>
    public int? Levels { get; init; }

    /// <summary>Of an NPZ file: the array of the examples; null where it has one array, or one called <c>x</c>.</summary>
    public string? Array { get; init; }

    /// <summary>Of a folder of pictures: 1 for grey, 3 for colour; null to take them as they are.</summary>
    public int? Channels { get; init; }

    /// <summary>Height and width to bring pictures to; null to take them as they are.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>How levels of grey become 0 and 1.</summary>
    public Binarization Binarization { get; init; }

    /// <summary>The grey value, as a fraction of white, from which on <see cref="Binarization.Threshold"/> makes 1; 0.5 if null.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether real values are brought to mean 0 and standard deviation 1.</summary>
    public bool Standardize { get; init; }

    /// <summary>Of a table: the columns of the training set that it must go with; null where it is a training set itself.</summary>
    internal TableLayout? Layout { get; init; }

    /// <summary>What is to be done to the values.</summary>
    internal Preprocessing Preprocessing
    {
        get
        {
            var preprocessing = Preprocessing.None with { Size = Size, Binarization = Binarization, Standardize = Standardize };
            return Binarization switch
            {
                Binarization.Static => preprocessing with { Seed = Seed },
                Binarization.Threshold when Threshold is { } threshold => preprocessing with { Threshold = threshold },
                _ => preprocessing,
            };
        }
    }

    /// <summary>Checks that no choice was made but those that go with some kind of data; preprocessing and seed always may.</summary>
    /// <param name="data">The data, as the subject of a sentence.</param>
    /// <param name="choices">The choices that go with them, as the command line spells them.</param>
    /// <exception cref="ArgumentException">Another choice was made.</exception>
    internal void AllowOnly(string data, params IEnumerable<string> choices)
    {
        (string Choice, bool IsMade, string Meaning)[] all =
        [
            ("test-data", TestData is not null, "comes with a test set"),
            ("validation", Validation is not null, "comes in parts"),
            ("test", Test is not null, "comes with a test set"),
            ("label", Label is not null, "is no table with a column of classes"),
            ("factor", Factors.Count > 0, "is no table"),
            ("header", Header is not null, "is no table"),
            ("separator", Separator is not null, "is no table"),
            ("levels", Levels is not null, "says itself what its values are"),
            ("array", Array is not null, "is no NPZ file of several arrays"),
            ("channels", Channels is not null, "is no folder of pictures"),
            ("threshold", Threshold is not null && Binarization != Binarization.Threshold, "is not binarized at a threshold"),
        ];
        foreach (var (choice, isMade, meaning) in all)
        {
            if (isMade && !choices.Contains(choice)) throw new ArgumentException($"{data} {meaning}: leave --{choice} out.", nameof(choices));
        }
    }
}
