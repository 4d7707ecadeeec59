using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Latent.Torch;

namespace Latent.Training;

/// <summary>The measurements of a run, <c>metrics.jsonl</c>: one JSON object per line, as in <c>{"step":20,"train/elbo":-104.25}</c>.</summary>
/// <remarks>
/// <para>A line is handed to the system as soon as it is appended, whole, so that a page can follow the run. A line that a crash
/// tore, one without its end, is no part of the content: reading passes over it, opening cuts it off.</para>
/// <para>Numerics: numbers are written with the fewest digits that give the same number back. JSON has no words for NaN and
/// the infinities; they are the strings <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>.</para>
/// <para>One thread writes at a time; others may read.</para>
/// </remarks>
public sealed class MetricsFile : IDisposable
{
    private const string StepKey = "step";

    private readonly string _path;
    private GrowingFile _file;

    /// <summary>Opens a file to append to; creates it where there is none.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not write the file.</exception>
    public MetricsFile(string path)
    {
        _path = path;
        _file = Open(path);
    }

    /// <summary>Appends a line.</summary>
    /// <param name="step">The step it belongs to.</param>
    /// <param name="values">The values by name; none is named <c>step</c>.</param>
    /// <exception cref="ArgumentException">A name comes twice or is <c>step</c>.</exception>
    /// <exception cref="IOException">The line cannot be written, as when the disk is full; no part of it is.</exception>
    public void Append(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var names = new HashSet<string> { StepKey };
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber(StepKey, step);
            foreach (var (name, value) in values)
            {
                if (!names.Add(name)) throw new ArgumentException($"The name '{name}' comes twice in a line; each value, and the step, has a name of its own.", nameof(values));
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
            }
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        _file.Append(line.WrittenSpan);
    }

    /// <summary>Drops what is said of steps after that of the checkpoint which the run resumes from.</summary>
    /// <param name="step">The last step to keep.</param>
    /// <exception cref="MalformedFileException">A line is none of such a file.</exception>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public void TruncateAfter(long step)
    {
        var bytes = File.ReadAllBytes(_path);
        var lines = Parse(_path, bytes);
        if (lines.TrueForAll(line => line.Record.Step <= step)) return;
        _file.Dispose();
        try
        {
            AtomicFile.Write(_path, stream =>
            {
                foreach (var (record, range) in lines)
                    if (record.Step <= step) stream.Write(bytes.AsSpan(range));
            });
        }
        finally
        {
            _file = Open(_path);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads a file, also one that is being written.</summary>
    /// <exception cref="MalformedFileException">A line is none of such a file.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">You may not read the file.</exception>
    public static IReadOnlyList<MetricsRecord> Read(string path) => Parse(path, File.ReadAllBytes(path)).ConvertAll(line => line.Record);

    // Without a buffer: each line is one write.
    private static GrowingFile Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var end = WholeLines(content);
        if (end < content.Length) file.SetLength(end);
        return new(file);
    }

    private static int WholeLines(ReadOnlySpan<byte> content) => content.LastIndexOf((byte)'\n') + 1;

    private static List<(MetricsRecord Record, Range Line)> Parse(string path, byte[] content)
    {
        var lines = new List<(MetricsRecord, Range)>();
        var end = WholeLines(content);
        for (var start = 0; start < end;)
        {
            var next = start + content.AsSpan(start).IndexOf((byte)'\n') + 1;
            lines.Add((ParseLine(path, lines.Count + 1, content.AsMemory(start..next)), start..next));
            start = next;
        }
        return lines;
    }

    private static MetricsRecord ParseLine(string path, int number, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var values = new OrderedDictionary<string, double>();
            long? step = null;
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (member.NameEquals(StepKey)) step = member.Value.GetInt64();
                else values.Add(member.Name, Number(member.Value));
            }
            return new(step ?? throw new FormatException("'step' is missing."), values);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new MalformedFileException(path, $"line {number}", "This is no line of measurements, an object with 'step' and numbers.", "Remove the line, or the file if it is none of Latent's.", e);
        }
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => throw new FormatException($"'{text}' is no number."),
        }
        : value.GetDouble();
}
