using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Latent.Torch;

/// <summary>The JSON header of a safetensors file, and the rules it obeys.</summary>
/// <remarks>Source: https://github.com/huggingface/safetensors (README, and <c>safetensors/src/tensor.rs</c> where the text is silent).</remarks>
internal sealed class SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>The longest header the format allows, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    // In the reference implementation's order, by alignment: a file lists the last first, so that every element lies aligned.
    private static readonly (ElementType Type, string Name)[] s_dtypes =
    [
        (ElementType.Bool, "BOOL"), (ElementType.UInt8, "U8"), (ElementType.Int8, "I8"), (ElementType.Int16, "I16"),
        (ElementType.Float16, "F16"), (ElementType.BFloat16, "BF16"), (ElementType.Int32, "I32"),
        (ElementType.Float32, "F32"), (ElementType.Float64, "F64"), (ElementType.Int64, "I64"),
    ];

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; } = entries;

    /// <summary>The free text stored beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <summary>Lays out the tensors as the reference implementation does: by falling alignment of the dtype, then by name.</summary>
    /// <exception cref="ArgumentException">A name is reserved or no Unicode text.</exception>
    public static SafetensorsHeader LayOut(IReadOnlyDictionary<string, HostArray> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (tensors.ContainsKey(MetadataKey))
            throw new ArgumentException($"The name '{MetadataKey}' is reserved by the format; call the tensor something else.", nameof(tensors));
        var ordered = tensors.Select(tensor => (tensor.Key, Utf8: Utf8Of(tensor.Key), tensor.Value)).ToArray();
        Array.Sort(ordered, (a, b) => DtypeIndex(b.Value.ElementType).CompareTo(DtypeIndex(a.Value.ElementType)) is not 0 and var order
            ? order
            : a.Utf8.AsSpan().SequenceCompareTo(b.Utf8));

        var entries = new List<SafetensorsEntry>(ordered.Length);
        var offset = 0L;
        foreach (var (name, _, array) in ordered)
        {
            entries.Add(new(name, array.ElementType, array.Shape, offset, array.Bytes.Length));
            offset += array.Bytes.Length;
        }
        return new(entries, metadata);
    }

    /// <summary>The header as bytes, padded with spaces so that the data that follow lie 8-byte aligned.</summary>
    /// <exception cref="ArgumentException">Metadata are no Unicode text.</exception>
    public byte[] Format()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(Utf8Of(key), Utf8Of(value));
                json.WriteEndObject();
            }
            foreach (var entry in Entries)
            {
                json.WriteStartObject(Utf8Of(entry.Name));
                json.WriteString("dtype", s_dtypes[DtypeIndex(entry.ElementType)].Name);
                json.WriteStartArray("shape");
                foreach (var size in entry.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Offset);
                json.WriteNumberValue(entry.Offset + entry.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The bytes of the header.</param>
    /// <param name="dataLength">The bytes of the file that follow the header.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="MalformedFileException">The header breaks the format, or does not describe all of the data.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string path)
    {
        if (json is not [(byte)'{', ..])
            throw new MalformedFileException(path, "byte 8", "The header does not begin with '{'.", "Check that this is a safetensors file.");
        if (!Utf8.IsValid(json))
            throw new MalformedFileException(path, "header", "The header is not UTF-8 text.", MalformedFileException.FetchAgain);
        var header = new Parser(json, path).Parse();
        var end = 0L;
        foreach (var entry in header.Entries)
        {
            if (entry.Offset != end)
            {
                throw new MalformedFileException(path, $"tensor {Quoted.Name(entry.Name)}",
                    $"Its data begin at {entry.Offset} and the data before end at {end}: tensors must follow each other without holes or overlaps.",
                    MalformedFileException.FetchAgain);
            }
            end += entry.ByteCount;
            if (end > dataLength)
            {
                throw new MalformedFileException(path, $"tensor {Quoted.Name(entry.Name)}",
                    $"Its data end at {end}, behind the {dataLength} bytes of data there are.", MalformedFileException.FetchAgain);
            }
        }
        if (end != dataLength)
        {
            throw new MalformedFileException(path, $"byte {8 + json.Length + end}",
                $"{dataLength - end} bytes follow the last tensor that the header names.", MalformedFileException.FetchAgain);
        }
        return header;
    }

    private static int DtypeIndex(ElementType type) => Array.FindIndex(s_dtypes, dtype => dtype.Type == type);

    private static byte[] Utf8Of(string text)
    {
        try
        {
            return s_strictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"{Quoted.Name(text)} has half a surrogate pair and is no Unicode text; change the text.", nameof(text), e);
        }
    }

    /// <summary>One pass over the JSON.</summary>
    private ref struct Parser(ReadOnlySpan<byte> json, string path)
    {
        private Utf8JsonReader _json = new(json);

        public SafetensorsHeader Parse()
        {
            try
            {
                var entries = new Dictionary<string, SafetensorsEntry>();
                Dictionary<string, string>? metadata = null;
                _json.Read();
                while (ReadKey(out var name))
                {
                    if (name != MetadataKey)
                    {
                        if (!entries.TryAdd(name, ReadEntry(name))) throw Fault($"The tensor {Quoted.Name(name)} is named twice.");
                    }
                    else
                    {
                        if (metadata is not null) throw Fault($"'{MetadataKey}' is there twice.");
                        metadata = ReadMetadata();
                    }
                }
                while (_json.Read()) { } // what follows the object must be white space: the reader throws on anything else
                var ordered = entries.Values.ToArray();
                Array.Sort(ordered, (a, b) => (a.Offset, a.ByteCount).CompareTo((b.Offset, b.ByteCount)));
                return new(ordered, metadata ?? []);
            }
            catch (JsonException e)
            {
                throw Fault("The header is not well-formed JSON.", e);
            }
        }

        private Dictionary<string, string> ReadMetadata()
        {
            Expect(JsonTokenType.StartObject, $"'{MetadataKey}' must be an object of texts");
            var metadata = new Dictionary<string, string>();
            while (ReadKey(out var key))
            {
                Expect(JsonTokenType.String, $"The metadata {Quoted.Name(key)} must be a text");
                if (!metadata.TryAdd(key, Text())) throw Fault($"The metadata {Quoted.Name(key)} are there twice.");
            }
            return metadata;
        }

        private SafetensorsEntry ReadEntry(string name)
        {
            var tensor = $"The tensor {Quoted.Name(name)}";
            ElementType? type = null;
            long[]? shape = null, offsets = null;
            Expect(JsonTokenType.StartObject, $"{tensor} must be an object");
            while (ReadKey(out var key))
            {
                switch (key)
                {
                    case "dtype" when type is null:
                        type = ReadDtype(tensor);
                        break;
                    case "shape" when shape is null:
                        shape = ReadNumbers($"{tensor} must have as shape a list of whole numbers from 0 to 2^63-1");
                        break;
                    case "data_offsets" when offsets is null:
                        offsets = ReadNumbers($"{tensor} must have as data_offsets a list of whole numbers from 0 to 2^63-1");
                        break;
                    case "dtype" or "shape" or "data_offsets":
                        throw Fault($"{tensor} has {key} twice.");
                    default: // the reference implementation passes over keys it does not know
                        _json.Skip();
                        break;
                }
            }
            if (type is null || shape is null || offsets is null) throw Fault($"{tensor} lacks dtype, shape or data_offsets.");
            if (offsets is not [var begin, var end] || end < begin) throw Fault($"{tensor} must have as data_offsets a begin and an end no smaller.");
            if (!HostArray.TryByteCount(type.Value, shape, out var expected))
                throw Fault($"{tensor} has shape {Quoted.Shape(shape)}, whose size overflows 64 bits.");
            if (end - begin != expected)
                throw Fault($"{tensor} of {type} {Quoted.Shape(shape)} takes {expected} bytes, and its data_offsets span {end - begin}.");
            return new(name, type.Value, new(shape), begin, expected);
        }

        private ElementType ReadDtype(string tensor)
        {
            Expect(JsonTokenType.String, $"{tensor} must have as dtype a text");
            var name = Text();
            var index = Array.FindIndex(s_dtypes, dtype => dtype.Name == name);
            return index >= 0 ? s_dtypes[index].Type : throw new MalformedFileException(path, Place,
                $"{tensor} has dtype {Quoted.Name(name)}; Latent reads {string.Join(", ", s_dtypes.Select(dtype => dtype.Name))}.",
                "Convert the tensor to one of these before saving it.");
        }

        private long[] ReadNumbers(string requirement)
        {
            Expect(JsonTokenType.StartArray, requirement);
            var numbers = new List<long>();
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            {
                if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0) throw Fault($"{requirement}.");
                numbers.Add(number);
            }
            return [.. numbers];
        }

        /// <summary>Moves to the next key of an object; false at its end.</summary>
        private bool ReadKey(out string key)
        {
            _json.Read();
            key = _json.TokenType == JsonTokenType.PropertyName ? Text() : "";
            return _json.TokenType == JsonTokenType.PropertyName;
        }

        private void Expect(JsonTokenType token, string requirement)
        {
            _json.Read();
            if (_json.TokenType != token) throw Fault($"{requirement}.");
        }

        private readonly string Text()
        {
            try
            {
                return _json.GetString()!;
            }
            catch (InvalidOperationException e) // how the reader answers an escape such as \ud800 without its other half
            {
                throw Fault("A text of the header has half a surrogate pair.", e);
            }
        }

        private readonly string Place => $"header, byte {8 + _json.TokenStartIndex}";

        private readonly MalformedFileException Fault(string problem, Exception? cause = null) =>
            new(path, Place, problem, MalformedFileException.FetchAgain, cause);
    }
}
