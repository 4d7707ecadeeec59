using System.Buffers.Binary;
using System.Text;

namespace Latent.Torch.Tests.Serialization;

/// <summary>Damages bytes as transport, disks and malice do; the same seed does the same damage.</summary>
internal sealed class Mutator(ulong seed)
{
    private static readonly string[] s_numbers =
    [
        "-1", "0", "1", "3", "1e9", "0.5", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "99999999999",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615", "340282366920938463463374607431768211456",
    ];

    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="bound"/> − 1 (SplitMix64; the bias does not matter here).</summary>
    public int Below(int bound)
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)bound);
    }

    /// <summary>One to three wounds anywhere.</summary>
    public byte[] Wound(byte[] bytes)
    {
        for (var wounds = 1 + Below(3); wounds > 0; wounds--) bytes = WoundOnce(bytes);
        return bytes;
    }

    /// <summary>One or two edits that know JSON and Python dictionaries: numbers, repeated parts, punctuation.</summary>
    public byte[] Edit(byte[] text)
    {
        for (var edits = 1 + Below(2); edits > 0; edits--) text = EditOnce(text);
        return text;
    }

    private byte[] WoundOnce(byte[] bytes)
    {
        if (bytes.Length < 2) return [.. bytes, (byte)Below(256)];
        bytes = [.. bytes];
        var at = Below(bytes.Length);
        var (from, length) = Part(bytes.Length);
        switch (Below(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Below(8));
                return bytes;
            case 1:
                bytes[at] = ((byte[])[0, 1, 0x7F, 0x80, 0xFF])[Below(5)];
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[from..(from + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..from], .. bytes[(from + length)..]];
            case 5:
                var room = Math.Min(length, bytes.Length - at);
                bytes.AsSpan(from, room).CopyTo(bytes.AsSpan(at));
                return bytes;
            default:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, ((long[])[-1, 0, 1, int.MaxValue, uint.MaxValue, long.MaxValue, 100_000_001])[Below(7)]);
                number = number[..Math.Min(((int[])[2, 4, 8])[Below(3)], bytes.Length - at)];
                number.CopyTo(bytes.AsSpan(at));
                return bytes;
        }
    }

    private byte[] EditOnce(byte[] text)
    {
        switch (Below(4))
        {
            case 0: // another number in a number's place
                var starts = Enumerable.Range(0, text.Length).Where(i => IsDigit(i) && (i == 0 || !IsDigit(i - 1))).ToArray();
                if (starts.Length == 0) return text;
                var start = starts[Below(starts.Length)];
                var end = start;
                while (end < text.Length && IsDigit(end)) end++;
                return [.. text[..start], .. Encoding.ASCII.GetBytes(s_numbers[Below(s_numbers.Length)]), .. text[end..]];
            case 1: // what lies between two commas, twice
                var commas = Enumerable.Range(0, text.Length).Where(i => text[i] == ',').ToArray();
                if (commas.Length < 2) return text;
                var first = Below(commas.Length - 1);
                var second = first + 1 + Below(commas.Length - first - 1);
                return [.. text[..commas[second]], .. text[commas[first]..]];
            case 2: // a character of the syntax
                var at = Below(text.Length + 1);
                return [.. text[..at], "{}[]():,'\"\\ 0-TLnu"u8[Below(18)], .. text[at..]];
            default: // a part less
                if (text.Length == 0) return text;
                var (from, length) = Part(text.Length);
                return [.. text[..from], .. text[(from + length)..]];
        }

        bool IsDigit(int i) => text[i] is >= (byte)'0' and <= (byte)'9';
    }

    private (int Start, int Length) Part(int total)
    {
        var start = Below(total);
        return (start, 1 + Below(Math.Min(total - start, 40)));
    }
}
