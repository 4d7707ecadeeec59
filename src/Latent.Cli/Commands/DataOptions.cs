using System.CommandLine;
using System.Globalization;
using Latent.Data;

namespace Latent.Cli.Commands;

/// <summary>The options that choose data and say what is done to them: the same for every command that reads data.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> dataRoot = Root();
    private readonly Option<string?> testData = new("--test-data") { HelpName = "path", Description = "A second file or folder, for the test set." };
    private readonly Option<double?> validation = Fraction("--validation", "Fraction kept for validation (default: 0.1).");
    private readonly Option<double?> test = Fraction("--test", "Fraction kept for the test (default: 0.1).");
    private readonly Option<ulong?> seed = Seed("Seed of the split and of static binarization (default: 0).");
    private readonly Option<string?> label = new("--label") { HelpName = "column", Description = "Tables: the column of classes, 0, 1, … or words." };
    private readonly Option<string[]> factor = new("--factor") { HelpName = "column", Description = "Tables: a column set apart from the examples; may be given again." };
    private readonly Option<Header?> header = ParsedOption.OneOf<Header>("--header", "auto|on|off", "Tables: whether the first line names the columns.", ("auto", default), ("on", new(true)), ("off", new(false)));
    private readonly Option<char?> separator = ParsedOption.Of<char>("--separator", "sign", "Tables: what stands between fields: , ; | tab or blank.", "one sign, or one of the words comma, semicolon, bar, tab, blank", ReadSeparator);
    private readonly Option<int?> levels = ParsedOption.Of<int>("--levels", "number", "Tables, arrays: how many values 0, 1, … there are; 2 is binary.", "a whole number from 2 to 256", word => Number(word, 2, 256));
    private readonly Option<string?> array = new("--array") { HelpName = "name", Description = "NPZ files: the array of the examples." };
    private readonly Option<int?> channels = ParsedOption.OneOf("--channels", "1|3", "Folders of pictures: convert to grey (1) or colour (3).", ("1", 1), ("3", 3));
    private readonly Option<(int Height, int Width)?> resize = ParsedOption.Of<(int, int)>("--resize", "HxW", "Bring pictures to a size.", "a height and a width, such as 28x28", ReadSize);
    private readonly Option<Binarization?> binarization = ParsedOption.OneOf(
        "--binarization", "kind", "Make grey values 0 and 1: none, static, dynamic or threshold.",
        ("none", Binarization.None), ("static", Binarization.Static), ("dynamic", Binarization.Dynamic), ("threshold", Binarization.Threshold));
    private readonly Option<double?> threshold = ParsedOption.Of<double>("--threshold", "grey", "The least grey that --binarization threshold makes 1 (default: 0.5).", "a number above 0 and up to 1, such as 0.5", word => Real(word) is { } x and > 0 and <= 1 ? x : null);
    private readonly Option<bool> standardize = new("--standardize") { Description = "Bring reals to mean 0 and deviation 1, as fitted on the training set." };

    /// <summary>Adds the options to a command.</summary>
    public DataOptions(Command command)
    {
        foreach (var option in new Option[] { dataRoot, testData, validation, test, seed, label, factor, header, separator, levels, array, channels, resize, binarization, threshold, standardize })
            command.Add(option);
    }

    /// <summary>What was asked for.</summary>
    /// <param name="source">The name of a set, or a path.</param>
    /// <param name="arguments">The command line.</param>
    public DataRequest Request(string source, ParseResult arguments) => new()
    {
        Source = source,
        Root = arguments.GetValue(dataRoot),
        TestData = arguments.GetValue(testData),
        Validation = arguments.GetValue(validation),
        Test = arguments.GetValue(test),
        Seed = arguments.GetValue(seed) ?? 0,
        Label = arguments.GetValue(label),
        Factors = arguments.GetValue(factor) ?? [],
        Header = arguments.GetValue(header)?.IsThere,
        Separator = arguments.GetValue(separator),
        Levels = arguments.GetValue(levels),
        Array = arguments.GetValue(array),
        Channels = arguments.GetValue(channels),
        Size = arguments.GetValue(resize),
        Binarization = arguments.GetValue(binarization) ?? Binarization.None,
        Threshold = arguments.GetValue(threshold),
        Standardize = arguments.GetValue(standardize),
    };

    /// <summary>The option <c>--data-root</c>.</summary>
    public static Option<string?> Root() => new("--data-root") { HelpName = "folder", Description = $"Where data sets lie (default: the variable {NamedSets.RootVariable})." };

    /// <summary>The option <c>--seed</c>.</summary>
    public static Option<ulong?> Seed(string description) => ParsedOption.Of<ulong>(
        "--seed", "number", description, "a whole number from 0 on", word => ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null);

    /// <summary>A whole number within bounds; null where the word is none.</summary>
    public static int? Number(string word, int least, int most) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most ? n : null;

    private static Option<double?> Fraction(string name, string description) => ParsedOption.Of<double>(
        name, "fraction", description, "a fraction from 0 to below 1, such as 0.1", word => Real(word) is { } x and >= 0 and < 1 ? x : null);

    private static double? Real(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x : null;

    private static (int, int)? ReadSize(string word) =>
        word.Split('x', '×') is [var height, var width] && Number(height, 1, 1 << 14) is { } h && Number(width, 1, 1 << 14) is { } w ? (h, w) : null;

    private static char? ReadSeparator(string word) => word switch
    {
        "comma" => ',',
        "semicolon" => ';',
        "bar" => '|',
        "tab" => '\t',
        "blank" => ' ',
        [var sign] when !char.IsLetterOrDigit(sign) && sign is not ('"' or '.' or '-' or '+') => sign,
        _ => null,
    };

    private readonly record struct Header(bool? IsThere);
}
