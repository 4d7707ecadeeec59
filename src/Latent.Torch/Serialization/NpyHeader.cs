using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Latent.Torch;

/// <summary>The header of an NPY array: a Python dictionary with the keys descr, fortran_order and shape.</summary>
/// <remarks>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
/// <param name="ElementType">The type of the elements.</param>
/// <param name="SwapBytes">Whether the bytes of an element lie in the order that is not this machine's.</param>
/// <param name="ColumnMajor">Whether the first index varies fastest.</param>
/// <param name="Shape">The sizes, outermost axis first.</param>
internal readonly record struct NpyHeader(ElementType ElementType, bool SwapBytes, bool ColumnMajor, Shape Shape)
{
    // NumPy starts the data on a multiple of this.
    private const int Alignment = 64;

    private const int MaxRank = 64;

    private const string SaveAgain = "Save the array again with numpy.save.";

    private static readonly (ElementType Type, string Code)[] s_codes =
    [
        (ElementType.Bool, "b1"), (ElementType.UInt8, "u1"), (ElementType.Int8, "i1"), (ElementType.Int16, "i2"), (ElementType.Int32, "i4"),
        (ElementType.Int64, "i8"), (ElementType.Float16, "f2"), (ElementType.Float32, "f4"), (ElementType.Float64, "f8"),
    ];

    /// <summary>What an NPY array begins with, before the version.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Everything that goes before the data of an array, as NumPy writes it (format 1.0).</summary>
    /// <exception cref="NotSupportedException">NPY has no bfloat16.</exception>
    /// <exception cref="ArgumentException">The array has more dimensions than NumPy can read.</exception>
    public static byte[] Format(HostArray array)
    {
        if (array.ElementType is ElementType.BFloat16)
            throw new NotSupportedException("NPY has no type for bfloat16; convert the array to float32, which holds every bfloat16 exactly, or write safetensors.");
        if (array.Shape.Rank > MaxRank)
            throw new ArgumentException($"The array has {array.Shape.Rank} dimensions and NumPy reads at most {MaxRank}; flatten some.", nameof(array));
        var code = Array.Find(s_codes, entry => entry.Type == array.ElementType).Code;
        var order = array.ElementType.Size() == 1 ? '|' : '<';
        var shape = array.Shape is [var only] ? $"({only},)" : $"({string.Join(", ", array.Shape.AsSpan().ToArray())})";
        var text = $"{{'descr': '{order}{code}', 'fortran_order': False, 'shape': {shape}, }}";

        var prefix = Magic.Length + 4;
        var length = (prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length + 2), (ushort)(length - prefix));
        header.AsSpan(prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>Reads and checks the dictionary.</summary>
    /// <param name="text">The header's text. The formats differ in its encoding, but only the names of structured fields, which are refused, leave ASCII.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="entry">Where in the file the array is, for messages: empty, or ending in ", ".</param>
    /// <exception cref="MalformedFileException">The header breaks the format or describes an array that Latent does not read.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> text, string path, string entry) => new Parser(text, path, entry).Parse();

    /// <summary>One pass over the text of a Python dictionary, with the literals an NPY header can have.</summary>
    private ref struct Parser(ReadOnlySpan<byte> text, string path, string entry)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _at;

        public NpyHeader Parse()
        {
            (ElementType Type, bool Swap)? descr = null;
            bool? columnMajor = null;
            Shape? shape = null;
            Expect('{');
            while (!Take('}'))
            {
                var key = ReadString("a key");
                Expect(':');
                switch (key)
                {
                    case "descr" when descr is null:
                        descr = ReadDescr();
                        break;
                    case "fortran_order" when columnMajor is null:
                        columnMajor = ReadBool();
                        break;
                    case "shape" when shape is null:
                        shape = ReadShape();
                        break;
                    case "descr" or "fortran_order" or "shape":
                        throw Fault($"'{key}' is there twice.");
                    default:
                        throw Fault($"{Quoted.Name(key)} is no key of an NPY header (descr, fortran_order, shape).");
                }
                if (Take(',')) continue;
                Expect('}');
                break;
            }
            SkipSpace();
            if (_at < _text.Length) throw Fault("Text follows the dictionary.");
            if (descr is null || columnMajor is null || shape is null) throw Fault("The dictionary lacks descr, fortran_order or shape.");
            return new(descr.Value.Type, descr.Value.Swap, columnMajor.Value, shape.Value);
        }

        private (ElementType Type, bool Swap) ReadDescr()
        {
            SkipSpace();
            if (_at < _text.Length && _text[_at] is (byte)'[' or (byte)'(')
                throw Refusal("a structured type", "Save each field as an array of its own.");
            var descr = ReadString("descr");
            if (descr is not [('|' or '<' or '>' or '=') and var order, .. var code]) throw Fault($"{Quoted.Name(descr)} is no descr, such as '<f4'.");
            var index = Array.FindIndex(s_codes, known => known.Code == code);
            if (index < 0) throw Unread(descr, code);
            var type = s_codes[index].Type;
            if (order == '|' && type.Size() > 1) throw Fault($"The descr '{descr}' gives no byte order, and an element has {type.Size()} bytes.");
            return (type, type.Size() > 1 && order == (BitConverter.IsLittleEndian ? '>' : '<'));
        }

        private readonly MalformedFileException Unread(string descr, string code) => code switch
        {
            ['O', ..] => Refusal($"Python objects ('{descr}')", "Save numbers: array.astype('float32')."),
            ['U' or 'S' or 'a', ..] => Refusal($"text ({Quoted.Name(descr)})", "Save numbers, and the text in a file of its own."),
            ['V', '2'] => Refusal($"raw bytes ('{descr}'), perhaps bfloat16", "Save bfloat16 as float32: array.astype('float32')."),
            ['V', ..] => Refusal($"raw bytes ({Quoted.Name(descr)})", "Save numbers."),
            ['M' or 'm', ..] => Refusal($"dates or durations ({Quoted.Name(descr)})", "Save them as int64: array.astype('int64')."),
            ['c', ..] => Refusal($"complex numbers ({Quoted.Name(descr)})", "Save array.real and array.imag."),
            ['u', ..] => Refusal($"unsigned integers ({Quoted.Name(descr)})", "Save them as int64: array.astype('int64')."),
            ['f', ..] => Refusal($"floats of this size ({Quoted.Name(descr)})", "Save them as float64: array.astype('float64')."),
            _ => Refusal($"elements of type {Quoted.Name(descr)}", SaveAgain),
        };

        private bool ReadBool()
        {
            SkipSpace();
            foreach (var value in (ReadOnlySpan<bool>)[true, false])
            {
                var word = value ? "True"u8 : "False"u8;
                if (!_text[_at..].StartsWith(word)) continue;
                _at += word.Length;
                return value;
            }
            throw Fault("fortran_order must be True or False.");
        }

        private Shape ReadShape()
        {
            Expect('(');
            var shape = new List<long>();
            while (!Take(')'))
            {
                shape.Add(ReadSize());
                if (Take(',')) continue;
                Expect(')');
                if (shape.Count == 1) throw Fault("The shape is one number in brackets; a tuple of one has a comma.");
                break;
            }
            return [.. shape];
        }

        private long ReadSize()
        {
            SkipSpace();
            var digits = _text[_at..];
            digits = digits[..(digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : digits.Length)];
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) throw Fault("A size must be a whole number from 0 to 2^63-1.");
            _at += digits.Length;
            if (_at < _text.Length && _text[_at] == (byte)'L') _at++; // how Python 2 wrote a long
            return size;
        }

        private string ReadString(string what)
        {
            SkipSpace();
            if (_at < _text.Length && _text[_at] is (byte)'\'' or (byte)'"')
            {
                var rest = _text[(_at + 1)..];
                var length = rest.IndexOf(_text[_at]);
                if (length >= 0 && !rest[..length].Contains((byte)'\\'))
                {
                    _at += length + 2;
                    return Encoding.Latin1.GetString(rest[..length]);
                }
            }
            throw Fault($"Here {what} must stand as a plain text in quotes.");
        }

        private void Expect(char token)
        {
            if (!Take(token)) throw Fault($"Here '{token}' must stand.");
        }

        private bool Take(char token)
        {
            SkipSpace();
            if (_at == _text.Length || _text[_at] != token) return false;
            _at++;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') _at++;
        }

        private readonly string Place => $"{entry}NPY header, character {_at}";

        private readonly MalformedFileException Fault(string problem) => new(path, Place, problem, SaveAgain);

        private readonly MalformedFileException Refusal(string content, string remedy) => new(path, Place,
            $"The array holds {content}; Latent reads bool, uint8, int8 to int64 and float16 to float64.", remedy);
    }
}
