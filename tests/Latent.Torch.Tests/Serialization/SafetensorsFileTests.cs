using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Latent.Torch.Tests.Serialization;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ElementType> ElementTypes => [.. Enum.GetValues<ElementType>()];

    [Theory]
    [MemberData(nameof(ElementTypes))]
    public void Every_type_and_shape_comes_back(ElementType type)
    {
        var tensors = new Dictionary<string, HostArray>
        {
            ["matrix"] = ReferenceFiles.Values(type, [7, 5]),
            ["scalar"] = ReferenceFiles.Values(type, []),
            ["empty"] = ReferenceFiles.Values(type, [0]),
            ["empty/deep"] = ReferenceFiles.Values(type, [7, 0, 3]),
            ["cube"] = ReferenceFiles.Values(type, [2, 3, 5]),
            [""] = ReferenceFiles.Values(type, [1]),
        };
        SafetensorsFile.Write(_folder.At("a"), tensors);
        using var file = SafetensorsFile.Open(_folder.At("a"));
        var read = file.ReadAll();
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            ReferenceFiles.AssertEqual(tensor, read[name]);
            ReferenceFiles.AssertEqual(tensor, file.Read(name));
            Assert.Equal((type, tensor.Shape, tensor.Bytes.Length), (file.Entries[name].ElementType, file.Entries[name].Shape, file.Entries[name].ByteCount));
        }
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Every_bit_pattern_of_a_float_comes_back()
    {
        var bits = new uint[] { 0x7FC00001, 0xFF800000, 0x80000000, 0x00000001, 0x7F800001 };
        SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["x"] = new(ElementType.Float32, [5], MemoryMarshal.AsBytes(bits.AsSpan()).ToArray()) });
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Assert.Equal(bits, MemoryMarshal.Cast<byte, uint>(file.Read("x").Bytes.Span));
    }

    [Fact]
    public void Metadata_and_names_of_any_text_come_back()
    {
        var texts = new Dictionary<string, string> { ["format"] = "pt", ["größe"] = "☃ 😀 \"\\/\n\t\u0001", [""] = "", ["é"] = "decomposed: e\u0301" };
        var tensors = texts.ToDictionary(text => text.Key + text.Value, _ => HostArray.From<byte>([1], []));
        SafetensorsFile.Write(_folder.At("a"), tensors, texts);
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Assert.Equal(texts.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(tensors.Keys.Order(), file.Entries.Keys.Order());
    }

    [Fact]
    public void A_part_is_read_into_the_callers_memory()
    {
        SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["x"] = ReferenceFiles.Values(ElementType.Int32, [7]), ["w"] = ReferenceFiles.Values(ElementType.Int64, [3]) });
        using var file = SafetensorsFile.Open(_folder.At("a"));
        var part = new int[3];
        file.ReadInto("x", MemoryMarshal.AsBytes(part.AsSpan()), start: 2 * sizeof(int));
        Assert.Equal([-44, -41, -38], part);
        foreach (var (length, start) in new[] { (4, 25), (29, 0), (4, -4), (1, long.MaxValue) })
            Assert.Throws<ArgumentOutOfRangeException>("start", () => file.ReadInto("x", new byte[length], start));
    }

    [Fact]
    public void An_unknown_name_gets_the_names_there_are()
    {
        SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["encoder/weight"] = ReferenceFiles.Values(ElementType.Int32, [7]) });
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Assert.Contains("it has 'encoder/weight'", Assert.Throws<KeyNotFoundException>(() => file.Read("decoder/weight")).Message);
    }

    // The first three are what the reference implementation's own tests expect of it (safetensors/src/tensor.rs, test_serialization and test_empty).
    [Fact]
    public void Bytes_are_those_of_the_reference_implementation()
    {
        AssertWritten("""{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""", new() { ["attn.0"] = HostArray.From<float>([0, 1, 2, 3, 4, 5], [1, 2, 3]) });
        AssertWritten("{}      ", []);
        AssertWritten("""{"__metadata__":{"framework":"pt"}}     """, [], new() { ["framework"] = "pt" });
        AssertWritten(
            """{"__metadata__":{"a":"1","b":"2"},"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"d":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[0],"data_offsets":[16,16]},"b":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"m":{"dtype":"BOOL","shape":[1],"data_offsets":[20,21]}}      """,
            new()
            {
                ["m"] = HostArray.From<bool>([true], [1]),
                ["b"] = HostArray.From<float>([1], [1]),
                ["a"] = HostArray.From<float>([], [0]),
                ["d"] = HostArray.From<double>([1], []),
                ["i"] = HostArray.From<long>([1], [1]),
            },
            new() { ["b"] = "2", ["a"] = "1" });
    }

    [Fact]
    public void Names_are_in_the_order_of_code_points()
    {
        // In UTF-16 the emoji, a surrogate pair, would go before U+FF5E.
        SafetensorsFile.Write(_folder.At("a"), new[] { "😀", "～", "b", "B" }.ToDictionary(name => name, _ => HostArray.From<byte>([1], [])));
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Assert.Equal(["B", "b", "～", "😀"], file.Entries.Keys);
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused()
    {
        var one = HostArray.From<byte>([1], []);
        Assert.Contains("reserved", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["__metadata__"] = one })).Message);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["\ud800"] = one })).Message);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray>(), new Dictionary<string, string> { ["a"] = "\udc00" })).Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_file_written_from_the_description_alone_is_read()
    {
        using var file = SafetensorsFile.Open(ReferenceFiles.At("independent.safetensors"));
        Assert.Equal(["mask", "w", "none", "steps"], file.Entries.Keys);
        ReferenceFiles.AssertEqual(ReferenceFiles.Values(ElementType.Bool, [3]), file.Read("mask"));
        ReferenceFiles.AssertEqual(ReferenceFiles.Values(ElementType.Float32, [7, 5]), file.Read("w"));
        ReferenceFiles.AssertEqual(ReferenceFiles.Values(ElementType.Float16, [0, 5]), file.Read("none"));
        ReferenceFiles.AssertEqual(ReferenceFiles.Values(ElementType.Int64, []), file.Read("steps"));
        Assert.Equal("☃ 😀 \"\\\n", file.Metadata["größe"]);
    }

    [RequiresPythonFact("json")]
    public void An_independent_reader_finds_what_was_written()
    {
        var tensors = Enum.GetValues<ElementType>().ToDictionary(type => $"größe/{type} \"☃\"", type => ReferenceFiles.Values(type, [7, 5]));
        SafetensorsFile.Write(_folder.At("a.safetensors"), tensors, new Dictionary<string, string> { ["größe"] = "☃ 😀 \"\\\n" });
        using var found = JsonDocument.Parse(Python.Run("json", ReferenceFiles.At("dump.py"), _folder.At("a.safetensors")));
        var arrays = found.RootElement.GetProperty("arrays");
        Assert.Equal(tensors.Count, arrays.EnumerateObject().Count());
        foreach (var (name, tensor) in tensors)
        {
            var array = arrays.GetProperty(name);
            Assert.Equal([7, 5], array[1].EnumerateArray().Select(size => size.GetInt32()));
            Assert.Equal(Convert.ToHexStringLower(tensor.Bytes.Span), array[2].GetString());
        }
        Assert.Equal("""["BF16","F16"]""", JsonSerializer.Serialize(new[] { ElementType.BFloat16, ElementType.Float16 }.Select(type => arrays.GetProperty($"größe/{type} \"☃\"")[0].GetString())));
        Assert.Equal("☃ 😀 \"\\\n", found.RootElement.GetProperty("metadata").GetProperty("größe").GetString());
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "tensor 'x' has dtype 'F8_E4M3'; Latent reads BOOL, U8")]
    [InlineData("""{"x":{"dtype":"U32","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'x' has dtype 'U32'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor 'x' must have as shape a list of whole numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "must have as shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "must have as shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "must have as shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "must have as shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "overflows")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", 4, "overflows")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes, and its data_offsets span 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "a begin and an end no smaller")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "a begin and an end no smaller")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "without holes or overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor 'y': Its data begin at 8 and the data before end at 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "tensor 'y': Its data begin at 2")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "without holes or overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "end at 4, behind the 3 bytes of data")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes follow the last tensor")]
    [InlineData("{}", 1, "1 bytes follow the last tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'x' is named twice")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}""", 4, "has dtype twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", 0, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":[]}""", 0, "'x' must be an object")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata 'a' must be a text")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "metadata 'a' are there twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' is there twice")]
    [InlineData("""{"__metadata__":null}""", 0, "'__metadata__' must be an object")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "half a surrogate pair")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not well-formed JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not well-formed JSON")]
    [InlineData("{} {}", 0, "not well-formed JSON")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("[]", 0, "does not begin with '{'")]
    [InlineData("", 0, "does not begin with '{'")]
    public void A_broken_header_is_refused(string json, int data, string problem)
    {
        var header = Encoding.UTF8.GetBytes(json);
        Refused(problem, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[data]]);
    }

    [Fact]
    public void A_broken_frame_is_refused()
    {
        Refused("has 0 bytes", []);
        Refused("has 7 bytes", new byte[7]);
        Refused("said to have 3 bytes, and 2 follow", [3, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8]);
        Refused("said to have 18446744073709551615 bytes", [255, 255, 255, 255, 255, 255, 255, 255, .. "{}"u8]);
        Refused("not UTF-8", [3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF, (byte)'}']);
    }

    [Fact]
    public void A_header_over_the_limit_is_refused_unread()
    {
        using (var stream = File.Create(_folder.At("a")))
        {
            stream.SetLength(200_000_000); // sparse
            stream.Write(BitConverter.GetBytes(100_000_001L));
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<MalformedFileException>(() => SafetensorsFile.Open(_folder.At("a")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        Assert.Contains("the format allows 100000000", e.Message);
    }

    [Fact]
    public void A_bool_that_is_neither_0_nor_1_is_refused_where_it_lies()
    {
        SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["mask"] = HostArray.From<bool>([true, false, true], [3]) });
        var bytes = File.ReadAllBytes(_folder.At("a"));
        bytes[^2] = 2;
        File.WriteAllBytes(_folder.At("a"), bytes);
        using var file = SafetensorsFile.Open(_folder.At("a"));
        var e = Assert.Throws<MalformedFileException>(() => file.Read("mask"));
        Assert.Equal($"tensor 'mask', byte {bytes.Length - 2}", e.Place);
        Assert.Equal("The BOOL is 2, neither 0 nor 1.", e.Problem);
    }

    [Fact]
    public void A_file_that_shrinks_while_open_is_refused()
    {
        SafetensorsFile.Write(_folder.At("a"), new Dictionary<string, HostArray> { ["x"] = ReferenceFiles.Values(ElementType.Int32, [7]) });
        var bytes = File.ReadAllBytes(_folder.At("a"));
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Truncate(_folder.At("a"), bytes.Length - 4);
        Assert.Contains("shrunk since it was opened", Assert.Throws<MalformedFileException>(() => file.Read("x")).Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(_folder.At("none"), Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder.At("none"))).Message);

    private void AssertWritten(string header, Dictionary<string, HostArray> tensors, Dictionary<string, string>? metadata = null)
    {
        SafetensorsFile.Write(_folder.At("a"), tensors, metadata);
        var bytes = File.ReadAllBytes(_folder.At("a"));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, length));
        using var file = SafetensorsFile.Open(_folder.At("a"));
        Assert.Equal(bytes[(8 + length)..], file.Entries.Keys.SelectMany(name => tensors[name].Bytes.ToArray()));
    }

    private void Refused(string problem, byte[] bytes)
    {
        File.WriteAllBytes(_folder.At("a"), bytes);
        var e = Assert.Throws<MalformedFileException>(() => SafetensorsFile.Open(_folder.At("a")));
        Assert.Contains(problem, e.Message);
        Assert.StartsWith(_folder.At("a"), e.Message);
    }

    private static void Truncate(string path, long length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(length);
    }
}
