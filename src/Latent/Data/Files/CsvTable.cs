using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Latent.Torch;

namespace Latent.Data;

/// <summary>A table from a text file, with a name for each column: numbers, and words for classes.</summary>
/// <remarks>
/// <para>Domain: fields apart by comma, semicolon, tab, bar or, where none of these occurs in the first line, blanks; quotes as in RFC 4180;
/// numbers as in 3.5 or -2e-7; UTF-8, packed by gzip or not. Empty lines are passed over.</para>
/// <para>A first line with a field that is no number and no mark of a missing value is a header, but for the place of classes.</para>
/// <para>What is no number is an error only in a column that is taken for one.</para>
/// </remarks>
public sealed class CsvTable
{
    private const string Unnamed = "column";

    private static readonly string[] MissingMarks = ["", "?", "NA", "N/A", "NaN", "null", "None"];

    private readonly string path;
    private readonly bool hasHeader;
    private readonly double[] cells;             // NaN where there is a word
    private readonly IReadOnlyList<Word> words;  // row by row
    private readonly int[] lines;

    private CsvTable(string path, IReadOnlyList<string> columns, bool hasHeader, double[] cells, IReadOnlyList<Word> words, int[] lines)
    {
        this.path = path;
        this.hasHeader = hasHeader;
        Columns = columns;
        this.cells = cells;
        this.words = words;
        this.lines = lines;
    }

    /// <summary>The names of the columns; <c>column1</c>, … where there is no header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of rows, without the header.</summary>
    public int Rows => lines.Length;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hasHeader">Whether the first line names the columns; null to find out.</param>
    /// <param name="separator">What stands between fields; null to find out.</param>
    /// <param name="label">The column of classes: words there make no header. Null if there is none.</param>
    /// <exception cref="MalformedFileException">A row is longer or shorter than the first, or there is no row; the message names the line.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static CsvTable Read(string path, bool? hasHeader = null, char? separator = null, string? label = null)
    {
        var content = FileContent.Read(path);
        var mark = separator ?? Separator(FirstLine(content));
        using var reader = new StreamReader(new MemoryStream(content), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var line = 0;
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = mark.ToString(),
            BadDataFound = context => throw new MalformedFileException(path, $"after line {line}", $"A quote is not closed, or stands inside the field {Shown(context.Field.Split('\n')[0])}.", "Close it, or write quotes inside quotes twice."),
            TrimOptions = TrimOptions.Trim,
            WhiteSpaceChars = mark == ' ' ? [] : [' '],
            CacheFields = false,
        });
        IReadOnlyList<string>? columns = null;
        var named = false;
        var cells = new List<double>();
        var words = new List<Word>();
        var lines = new List<int>();
        while (parser.Read())
        {
            var fields = parser.Record!;   // unquoted here, so that what is bad is found after the line before
            line = parser.RawRow;
            if (mark == ' ') fields = [.. fields.Where(field => field.Length > 0)];
            if (fields.All(field => field.Length == 0) && (fields.Length <= 1 || columns is null)) continue;
            if (columns is null)
            {
                if (hasHeader ?? IsHeader(fields, label))
                {
                    (columns, named) = (fields, true);
                    if (fields.GroupBy(name => name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                        throw new MalformedFileException(path, $"line {line}", $"Two columns are called {Shown(twice.Key)}.", "Give each column a name of its own.");
                    continue;
                }
                columns = [.. Enumerable.Range(1, fields.Length).Select(i => $"{Unnamed}{i}")];
            }
            if (fields.Length != columns.Count)
                throw new MalformedFileException(path, $"line {line}", $"The line has {Fields(fields.Length)}, and the first has {columns.Count}.", $"Check for a lost or surplus separator ('{Name(mark)}').");
            for (var i = 0; i < fields.Length; i++)
            {
                if (IsNumber(fields[i], out var number)) cells.Add(number);
                else
                {
                    cells.Add(double.NaN);
                    words.Add(new(lines.Count, i, fields[i]));
                }
            }
            lines.Add(line);
        }
        if (lines.Count == 0) throw new MalformedFileException(path, "line 1", named ? "There are no rows below the header." : "The file is empty.", "Check the name of the file.");
        return new(path, columns!, named, [.. cells], words, [.. lines]);
    }

    /// <summary>The columns as real numbers, [N, D].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="label">The column of classes: numbers 0, 1, …, or words, which are numbered in the order of the alphabet. Null if there is none.</param>
    /// <param name="factors">Columns that belong to an example and are no part of it, such as a regression target.</param>
    /// <exception cref="MalformedFileException">A column is missing, a field is missing, no finite number or beyond single precision, or a label is no class; the message names line and column.</exception>
    public Dataset ToReals(string name, string? label = null, params IReadOnlyList<string> factors) => ToDataset(name, null, label, factors, null);

    /// <summary>The columns as whole numbers 0, …, L − 1, [N, D].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="levels">L, 2 to 256.</param>
    /// <inheritdoc cref="ToReals"/>
    public Dataset ToLevels(string name, int levels, string? label = null, params IReadOnlyList<string> factors) => ToDataset(name, levels, label, factors, null);

    /// <summary>The numbers of a column.</summary>
    /// <exception cref="MalformedFileException">There is no such column, or a field of it is no number.</exception>
    public double[] Column(string name) => Gather([IndexOf(name)], (value, _, _) => value);

    /// <summary>Writes a table with a header; it appears whole or not at all, and replaces a file of that name.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="rows">The fields of each row, one per column. The list may be the same each time, with other fields in it.</param>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) => AtomicFile.Write(path, stream =>
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        using var writer = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        foreach (var row in rows.Prepend(columns))
        {
            foreach (var field in row) writer.WriteField(field);
            writer.NextRecord();
        }
    });

    /// <summary>The columns as reals, or as levels; where there is a layout, those that it asks for.</summary>
    internal Dataset ToDataset(string name, int? levels, string? label, IReadOnlyList<string> factors, TableLayout? layout)
    {
        int[] targets = [.. factors.Select(IndexOf)];
        var (values, classes) = Choose(label, targets, layout);
        Shape shape = [Rows, values.Length];
        var array = levels is { } count ? new HostArray(ElementType.UInt8, shape, Gather(values, ToLevel(count))) : HostArray.From<float>(Gather(values, ToSingle), shape);
        var (labels, classNames) = Labels(classes, layout);
        return new(name, array, levels, labels, targets.Length == 0 ? null : (factors, HostArray.From<float>(Gather(targets, ToSingle), [Rows, targets.Length])))
        {
            ColumnNames = hasHeader ? [.. values.Select(column => Columns[column])] : [],
            ClassNames = classNames,
            UnusedColumns = [.. Columns.Where((_, column) => column != classes && !values.Contains(column) && !targets.Contains(column))],
        };
    }

    /// <summary>Which columns make an example, and which holds its class.</summary>
    private (int[] Values, int? Classes) Choose(string? label, int[] targets, TableLayout? layout)
    {
        int[] Rest(int? classes) => [.. Enumerable.Range(0, Columns.Count).Where(column => column != classes && !targets.Contains(column))];
        if (layout is null)
        {
            int? named = label is null ? null : IndexOf(label);
            var rest = Rest(named);
            return rest.Length > 0 ? (rest, named) : throw new MalformedFileException(path, "line 1", "Labels and factors leave no column.", "Name fewer of them.");
        }

        int[] values;
        var classes = label is null ? null : Find(label);
        if (hasHeader && layout.Columns.Count > 0)
        {
            if (layout.Columns.Where(column => Find(column) is null).ToList() is { Count: > 0 } missing)
                throw new MalformedFileException(path, "line 1", $"The training data have {(missing.Count == 1 ? "a column" : "columns")} {Quoted.Names(missing)}, and this table has not; it has {Quoted.Names([.. Columns])}.", "Name the columns as in the training data, in any order.");
            values = [.. layout.Columns.Select(IndexOf)];
        }
        else
        {
            classes = Columns.Count - targets.Length == layout.Width ? null : classes ?? (label is null ? null : PlaceOf(label));
            values = Rest(classes);
            if (values.Length != layout.Width)
                throw new MalformedFileException(path, "line 1", $"There are {Columns.Count} columns, and the training data have {layout.Width}{(label is null ? "" : $" and the classes, {Quoted.Name(label)}")}.", layout.Columns.Count == 0 ? "Give the same columns in the same order." : $"Give {Quoted.Names([.. layout.Columns])} in this order, or a first line that names the columns.");
        }
        return layout.NeedsClasses && label is not null && classes is null
            ? throw new MalformedFileException(path, "line 1", $"There is no column {Quoted.Name(label)}, which is needed for the classes; there are {Quoted.Names([.. Columns])}.", "Add it.")
            : (values, classes);
    }

    private T[] Gather<T>(int[] columns, Func<double, int, int, T> convert)
    {
        CheckNumbers(columns);
        var gathered = new T[checked(Rows * columns.Length)];
        for (var row = 0; row < Rows; row++)
            for (var i = 0; i < columns.Length; i++)
                gathered[row * columns.Length + i] = convert(cells[row * Columns.Count + columns[i]], row, columns[i]);
        return gathered;
    }

    /// <summary>Says where a column that is taken for numbers has something else.</summary>
    private void CheckNumbers(int[] columns)
    {
        var found = words.Where(word => columns.Contains(word.Column)).ToList();
        if (found.Find(word => !IsMissing(word.Text)) is { } text)
            throw new MalformedFileException(path, PlaceOf(text), $"{Shown(text.Text)} is no finite number.", "Write numbers with a point, as in 3.5, and categories as numbers; say which column holds classes (--label), and what stands between fields (--separator) if it was not found.");
        if (found.Count > 0) throw Missing(found);
    }

    private MalformedFileException Missing(List<Word> marks) =>
        new(path, PlaceOf(marks[0]), $"A value is missing ({Shown(marks[0].Text)}){(marks.Count > 1 ? $", the first of {marks.Count}" : "")}.", "Fill it in, or remove its row or column.");

    /// <summary>The class of each row, and the words for them where they are no numbers.</summary>
    private (int[]? Labels, IReadOnlyList<string> Names) Labels(int? column, TableLayout? layout)
    {
        if (column is not { } place) return (null, []);
        var isNeeded = layout is not { NeedsClasses: false };
        var known = layout?.Classes ?? [];
        if (words.Where(word => word.Column == place && IsMissing(word.Text)).ToList() is { Count: > 0 } missing) return isNeeded ? throw Missing(missing) : (null, []);
        var texts = words.Where(word => word.Column == place).ToDictionary(word => word.Row, word => word.Text);
        if (texts.Count == 0 && known.Count == 0)
        {
            var numbers = Column(Columns[place]);
            var odd = Array.FindIndex(numbers, number => number is not (>= 0 and <= int.MaxValue) || number != Math.Floor(number));
            if (odd < 0) return (Array.ConvertAll(numbers, number => (int)number), []);
            return isNeeded ? throw new MalformedFileException(path, Place(lines[odd], place, Columns), $"{numbers[odd]} is no class: classes are 0, 1, …, or words.", "Number the classes, or name them.") : (null, []);
        }
        string[] all = [.. Enumerable.Range(0, Rows).Select(row => texts.GetValueOrDefault(row) ?? cells[row * Columns.Count + place].ToString("R", CultureInfo.InvariantCulture))];
        if (layout is not null && isNeeded && Array.FindIndex(all, name => !known.Contains(name)) is >= 0 and var strange)
            throw new MalformedFileException(path, Place(lines[strange], place, Columns), $"{Quoted.Name(all[strange])} is no class of the training data, whose classes are {(known.Count > 0 ? Quoted.Names([.. known]) : "numbers")}.", "Give classes that the model knows.");
        string[] names = [.. known, .. all.Distinct().Except(known).Order(StringComparer.Ordinal)];
        var numberOf = names.Index().ToDictionary(name => name.Item, name => name.Index);
        return (Array.ConvertAll(all, name => numberOf[name]), names);
    }

    private Func<double, int, int, byte> ToLevel(int levels) => (value, row, column) => value >= 0 && value < levels && value == Math.Floor(value)
        ? (byte)value
        : throw new MalformedFileException(path, Place(lines[row], column, Columns), $"{value} is none of the whole numbers 0 to {levels - 1}.", "Say how many levels there are (--levels), or leave that out to read real numbers.");

    private float ToSingle(double value, int row, int column) => Math.Abs(value) <= float.MaxValue
        ? (float)value
        : throw new MalformedFileException(path, Place(lines[row], column, Columns), $"{value} is beyond single precision.", "Measure in larger units.");

    private int IndexOf(string name) =>
        Find(name) ?? throw new MalformedFileException(path, "line 1", $"There is no column {Quoted.Name(name)}; there are {Quoted.Names([.. Columns])}.", "Name one of these.");

    private int? Find(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name) return i;
        return null;
    }

    private static bool IsHeader(string[] fields, string? label)
    {
        if (label is not null && fields.Contains(label)) return true;
        var classes = label is null ? null : PlaceOf(label);
        return fields.Where((field, column) => column != classes && !IsNumber(field, out _) && !IsMissing(field)).Any();
    }

    /// <summary>The place that a name stands for where there is no header; null where it stands for none.</summary>
    private static int? PlaceOf(string name) =>
        name.StartsWith(Unnamed, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Unnamed.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number - 1 : null;

    private string PlaceOf(Word word) => Place(lines[word.Row], word.Column, Columns);

    private static bool IsNumber(string field, out double number) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static bool IsMissing(string field) => Array.Exists(MissingMarks, mark => mark.Equals(field, StringComparison.OrdinalIgnoreCase));

    private static string FirstLine(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content));
        while (reader.ReadLine() is { } line)
            if (!string.IsNullOrWhiteSpace(line)) return line;
        return "";
    }

    private static char Separator(string line)
    {
        var quoted = false;
        var counts = new Dictionary<char, int>();
        foreach (var c in line.Trim())
        {
            if (c == '"') quoted = !quoted;
            else if (!quoted && c is ',' or ';' or '\t' or '|' or ' ') counts[c] = counts.GetValueOrDefault(c) + 1;
        }
        return new[] { ';', '\t', '|', ',', ' ' }.FirstOrDefault(counts.ContainsKey, ',');
    }

    private static string Name(char separator) => separator switch { '\t' => "tab", ' ' => "blank", _ => separator.ToString() };

    private static string Place(int line, int column, IReadOnlyList<string> columns) => $"line {line}, column {column + 1} ({Quoted.Name(columns[column])})";

    private static string Fields(int count) => $"{count} field{(count == 1 ? "" : "s")}";

    private static string Shown(string field) => field.Length == 0 ? "an empty field" : Quoted.Name(field);

    /// <summary>A field that is no number.</summary>
    private sealed record Word(int Row, int Column, string Text);
}
