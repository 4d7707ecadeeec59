using System.Buffers.Binary;
using Google.Protobuf;

namespace Latent.Tests.Training;

/// <summary>Reads TensorBoard files as their schema says, and shares no code with what writes them.</summary>
internal static class EventReader
{
    /// <summary>A file's events; the test fails where a length or a checksum is wrong.</summary>
    public static List<Event> Read(string path)
    {
        var events = new List<Event>();
        for (ReadOnlySpan<byte> rest = File.ReadAllBytes(path); rest.Length > 0;)
        {
            var length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(rest));
            Assert.Equal(MaskedChecksum(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            Assert.Equal(MaskedChecksum(rest.Slice(12, length)), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(ReadEvent(rest.Slice(12, length).ToArray()));
            rest = rest[(12 + length + 4)..];
        }
        return events;
    }

    /// <summary>CRC-32C bit by bit: the reflected polynomial 82F63B78.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = Checksum(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
    }

    private static Event ReadEvent(byte[] message)
    {
        var read = new Event();
        Fields(message, (field, input) =>
        {
            switch (field)
            {
                case 1: read.WallTime = input.ReadDouble(); break;
                case 2: read.Step = input.ReadInt64(); break;
                case 3: read.FileVersion = input.ReadString(); break;
                case 5: Fields(input.ReadBytes().ToByteArray(), (inner, summary) => { Assert.Equal(1, inner); read.Values.Add(ReadValue(summary.ReadBytes().ToByteArray())); }); break;
                case 7: Fields(input.ReadBytes().ToByteArray(), (inner, log) => { Assert.Equal(1, inner); read.SessionStatus = log.ReadEnum(); }); break;
                default: Assert.Fail($"Event has no field {field} here."); break;
            }
        });
        return read;
    }

    private static Value ReadValue(byte[] message)
    {
        var read = new Value();
        Fields(message, (field, input) =>
        {
            switch (field)
            {
                case 1: read.Tag = input.ReadString(); break;
                case 2: read.SimpleValue = input.ReadFloat(); break;
                case 4: read.Image = ReadImage(input.ReadBytes().ToByteArray()); break;
                default: Assert.Fail($"Summary.Value has no field {field} here."); break;
            }
        });
        return read;
    }

    private static Image ReadImage(byte[] message)
    {
        var read = new Image();
        Fields(message, (field, input) =>
        {
            switch (field)
            {
                case 1: read.Height = input.ReadInt32(); break;
                case 2: read.Width = input.ReadInt32(); break;
                case 3: read.Colorspace = input.ReadInt32(); break;
                case 4: read.Encoded = input.ReadBytes().ToByteArray(); break;
                default: Assert.Fail($"Summary.Image has no field {field}."); break;
            }
        });
        return read;
    }

    private static void Fields(byte[] message, Action<int, CodedInputStream> read)
    {
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag()) read(WireFormat.GetTagFieldNumber(tag), input);
        Assert.True(input.IsAtEnd);
    }

    internal sealed class Event
    {
        public double WallTime { get; set; }
        public long Step { get; set; }
        public string? FileVersion { get; set; }
        public int? SessionStatus { get; set; }
        public List<Value> Values { get; } = [];
    }

    internal sealed class Value
    {
        public string? Tag { get; set; }
        public float? SimpleValue { get; set; }
        public Image? Image { get; set; }
    }

    internal sealed class Image
    {
        public int Height { get; set; }
        public int Width { get; set; }
        public int Colorspace { get; set; }
        public byte[] Encoded { get; set; } = [];
    }
}
