using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Latent.Torch;

namespace Latent.Data;

/// <summary>A table of numbers from a text file, with a name for each column.</summary>
/// <remarks>
/// <para>Domain: fields apart by comma, semicolon, tab, bar or, where none of these occurs in the first line, blanks; quotes as in RFC 4180;
/// numbers as in 3.5 or -2e-7; UTF-8, packed by gzip or not. Empty lines are passed over.</para>
/// <para>A first line with a field that is no number and no mark of a missing value is a header.</para>
/// </remarks>
public sealed class CsvTable
{
    private static readonly string[] MissingMarks = ["", "?", "NA", "N/A", "NaN", "null", "None"];

    private readonly string path;
    private readonly double[] cells;
    private readonly int[] lines;

    private readonly bool hasHeader;

    private CsvTable(string path, IReadOnlyList<string> columns, bool hasHeader, double[] cells, int[] lines)
    {
        this.path = path;
        this.hasHeader = hasHeader;
        Columns = columns;
        this.cells = cells;
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
    /// <exception cref="MalformedFileException">A row is longer or shorter than the first, a field is missing or no finite number, or there is no row; the message names line and column.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static CsvTable Read(string path, bool? hasHeader = null, char? separator = null)
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
        var lines = new List<int>();
        Missing? missing = null;
        while (parser.Read())
        {
            var fields = parser.Record!;   // unquoted here, so that what is bad is found after the line before
            line = parser.RawRow;
            if (mark == ' ') fields = [.. fields.Where(field => field.Length > 0)];
            if (fields.All(field => field.Length == 0) && (fields.Length <= 1 || columns is null)) continue;
            if (columns is null)
            {
                if (hasHeader ?? fields.Any(field => !IsNumber(field, out _) && !IsMissing(field)))
                {
                    (columns, named) = (fields, true);
                    if (fields.GroupBy(name => name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                        throw new MalformedFileException(path, $"line {line}", $"Two columns are called {Shown(twice.Key)}.", "Give each column a name of its own.");
                    continue;
                }
                columns = [.. Enumerable.Range(1, fields.Length).Select(i => $"column{i}")];
            }
            if (fields.Length != columns.Count)
                throw new MalformedFileException(path, $"line {line}", $"The line has {Fields(fields.Length)}, and the first has {columns.Count}.", $"Check for a lost or surplus separator ('{Name(mark)}').");
            for (var i = 0; i < fields.Length; i++)
            {
                if (IsNumber(fields[i], out var number)) cells.Add(number);
                else if (IsMissing(fields[i]))
                {
                    missing = missing is { } before ? before with { Count = before.Count + 1 } : new(line, i, fields[i], 1);
                    cells.Add(double.NaN);
                }
                else throw new MalformedFileException(path, Place(line, i, columns), $"{Shown(fields[i])} is no finite number.", "Write numbers with a point, as in 3.5, replace categories by numbers, and name the separator, with --separator, if it was not found.");
            }
            lines.Add(line);
        }
        if (missing is { } first)
            throw new MalformedFileException(path, Place(first.Line, first.Column, columns!), $"A value is missing ({Shown(first.Field)}){(first.Count > 1 ? $", the first of {first.Count}" : "")}.", "Fill it in, or remove its row or column.");
        if (lines.Count == 0) throw new MalformedFileException(path, "line 1", named ? "There are no rows below the header." : "The file is empty.", "Check the name of the file.");
        return new(path, columns!, named, [.. cells], [.. lines]);
    }

    /// <summary>The columns as real numbers, [N, D].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="label">The column of classes 0, 1, …; null if there is none.</param>
    /// <param name="factors">Columns that belong to an example and are no part of it, such as a regression target.</param>
    /// <exception cref="MalformedFileException">A column is missing, a value is beyond single precision, or a label is no class.</exception>
    public Dataset ToReals(string name, string? label = null, params IReadOnlyList<string> factors)
    {
        var values = Rest(label, factors);
        return new(name, HostArray.From<float>(Gather(values, ToSingle), [Rows, values.Length]), null, Labels(label), Factors(factors)) { ColumnNames = Names(values) };
    }

    /// <summary>The columns as whole numbers 0, …, L − 1, [N, D].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="levels">L, 2 to 256.</param>
    /// <inheritdoc cref="ToReals"/>
    public Dataset ToLevels(string name, int levels, string? label = null, params IReadOnlyList<string> factors)
    {
        var values = Rest(label, factors);
        var bytes = Gather(values, (value, row, column) =>
            value >= 0 && value < levels && value == Math.Floor(value) ? (byte)value : throw new MalformedFileException(path, Place(lines[row], column, Columns), $"{value} is none of the whole numbers 0 to {levels - 1}.", "Say how many levels there are, with --levels, or leave that out to read real numbers."));
        return new(name, new(ElementType.UInt8, [Rows, values.Length], bytes), levels, Labels(label), Factors(factors)) { ColumnNames = Names(values) };
    }

    /// <summary>The numbers of a column.</summary>
    /// <exception cref="MalformedFileException">There is no such column.</exception>
    public double[] Column(string name)
    {
        var column = IndexOf(name);
        return [.. Enumerable.Range(0, Rows).Select(row => cells[row * Columns.Count + column])];
    }

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

    private string[] Names(int[] columns) => hasHeader ? [.. columns.Select(column => Columns[column])] : [];

    private int[] Rest(string? label, IReadOnlyList<string> factors)
    {
        var apart = factors.Select(IndexOf).ToHashSet();
        if (label is not null) apart.Add(IndexOf(label));
        int[] rest = [.. Enumerable.Range(0, Columns.Count).Where(column => !apart.Contains(column))];
        return rest.Length > 0 ? rest : throw new MalformedFileException(path, "line 1", "Labels and factors leave no column.", "Name fewer of them.");
    }

    private T[] Gather<T>(int[] columns, Func<double, int, int, T> convert)
    {
        var gathered = new T[checked(Rows * columns.Length)];
        for (var row = 0; row < Rows; row++)
            for (var i = 0; i < columns.Length; i++)
                gathered[row * columns.Length + i] = convert(cells[row * Columns.Count + columns[i]], row, columns[i]);
        return gathered;
    }

    private int[]? Labels(string? label)
    {
        if (label is null) return null;
        return Gather([IndexOf(label)], (value, row, column) =>
            value is >= 0 and <= int.MaxValue && value == Math.Floor(value) ? (int)value : throw new MalformedFileException(path, Place(lines[row], column, Columns), $"{value} is no class: classes are 0, 1, ….", "Number the classes, or set the column apart with --factor."));
    }

    private (IReadOnlyList<string>, HostArray)? Factors(IReadOnlyList<string> factors) => factors.Count == 0
        ? null
        : (factors, HostArray.From<float>(Gather([.. factors.Select(IndexOf)], ToSingle), [Rows, factors.Count]));

    private float ToSingle(double value, int row, int column) => Math.Abs(value) <= float.MaxValue
        ? (float)value
        : throw new MalformedFileException(path, Place(lines[row], column, Columns), $"{value} is beyond single precision.", "Measure in larger units.");

    private int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name) return i;
        throw new MalformedFileException(path, "line 1", $"There is no column {Quoted.Name(name)}; there are {Quoted.Names([.. Columns])}.", "Name one of these.");
    }

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

    private readonly record struct Missing(int Line, int Column, string Field, int Count);
}
