using System.Text;
using System.Text.Json;

namespace Latent.Torch.Tests.Serialization;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ElementType, string> Codes => new()
    {
        { ElementType.Bool, "b1" }, { ElementType.UInt8, "u1" }, { ElementType.Int8, "i1" }, { ElementType.Int16, "i2" }, { ElementType.Int32, "i4" },
        { ElementType.Int64, "i8" }, { ElementType.Float16, "f2" }, { ElementType.Float32, "f4" }, { ElementType.Float64, "f8" },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void NumPys_file_is_read_and_ours_has_the_same_bytes(ElementType type, string code)
    {
        var expected = ReferenceFiles.Values(type, [7, 5]);
        ReferenceFiles.AssertEqual(expected, NpyFile.Read(ReferenceFiles.At($"{code}.npy")));
        NpyFile.Write(_folder.At("a.npy"), expected);
        Assert.Equal(File.ReadAllBytes(ReferenceFiles.At($"{code}.npy")), File.ReadAllBytes(_folder.At("a.npy")));
    }

    [Theory]
    [InlineData("scalar.npy", ElementType.Float64, new long[] { })]
    [InlineData("empty.npy", ElementType.Float32, new long[] { 7, 0, 3 })]
    [InlineData("version-2.npy", ElementType.Float32, new long[] { 7, 5 })]
    [InlineData("version-3.npy", ElementType.Float32, new long[] { 7, 5 })]
    [InlineData("big-i2.npy", ElementType.Int16, new long[] { 7, 5 })]
    [InlineData("big-f4.npy", ElementType.Float32, new long[] { 7, 5 })]
    [InlineData("big-f8.npy", ElementType.Float64, new long[] { 7, 5 })]
    [InlineData("fortran.npy", ElementType.Int32, new long[] { 7, 5, 3 })]
    [InlineData("big-fortran.npy", ElementType.Float16, new long[] { 2, 5, 3, 7 })]
    public void NumPys_file_is_read(string name, ElementType type, long[] shape) =>
        ReferenceFiles.AssertEqual(ReferenceFiles.Values(type, new(shape)), NpyFile.Read(ReferenceFiles.At(name)));

    [Theory]
    [InlineData("object", "Python objects", "astype('float32')")]
    [InlineData("structured", "a structured type", "each field as an array of its own")]
    [InlineData("text", "text ('<U6')", "a file of its own")]
    [InlineData("complex", "complex numbers ('<c8')", "array.real")]
    [InlineData("unsigned", "unsigned integers ('<u4')", "int64")]
    [InlineData("date", "dates or durations ('<M8[D]')", "int64")]
    [InlineData("raw", "perhaps bfloat16", "float32")]
    [InlineData("long-double", "floats of this size ('<f16')", "float64")]
    public void What_Latent_does_not_read_is_named_with_a_remedy(string name, string problem, string remedy)
    {
        var e = Assert.Throws<MalformedFileException>(() => NpyFile.Read(ReferenceFiles.At($"refused-{name}.npy")));
        Assert.Contains(problem, e.Problem);
        Assert.Contains(remedy, e.Remedy);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_type_and_shape_comes_back(ElementType type, string code)
    {
        foreach (var shape in new long[][] { [], [1], [0], [7], [7, 5], [7, 0, 3], [2, 3, 5, 7], [.. Enumerable.Repeat(1L, 64)] })
        {
            var array = ReferenceFiles.Values(type, new(shape));
            NpyFile.Write(_folder.At(code), array);
            ReferenceFiles.AssertEqual(array, NpyFile.Read(_folder.At(code)));
        }
    }

    [RequiresPythonFact("numpy")]
    public void NumPy_reads_what_was_written()
    {
        foreach (var (type, shape) in new (ElementType, Shape)[] { (ElementType.Float32, [7, 5]), (ElementType.Bool, [7]), (ElementType.Int64, []), (ElementType.Float16, [7, 0, 3]) })
        {
            var array = ReferenceFiles.Values(type, shape);
            NpyFile.Write(_folder.At("a.npy"), array);
            using var found = JsonDocument.Parse(Python.Run("numpy", ReferenceFiles.At("dump.py"), _folder.At("a.npy")));
            var read = found.RootElement.GetProperty("arrays").GetProperty("");
            Assert.Equal(shape.AsSpan().ToArray(), read[1].EnumerateArray().Select(size => size.GetInt64()));
            Assert.Equal(Convert.ToHexStringLower(array.Bytes.Span), read[2].GetString());
        }
    }

    [Theory]
    [InlineData("{'descr':'<f4','fortran_order':False,'shape':(7,)}")]
    [InlineData("  { \"shape\" : ( 7 , ) ,\n\t\"fortran_order\" : False, \"descr\" : \"<f4\" , }  \r\n")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (7L,), }")]
    [InlineData("{'descr': '=f4', 'fortran_order': False, 'shape': (1, 7, 1), }")]
    public void A_header_may_be_spaced_and_ordered_otherwise(string header)
    {
        File.WriteAllBytes(_folder.At("a"), Npy(header, ReferenceFiles.Values(ElementType.Float32, [7]).Bytes.ToArray()));
        Assert.Equal(ReferenceFiles.Values(ElementType.Float32, [7]).Bytes.ToArray(), NpyFile.Read(_folder.At("a")).Bytes.ToArray());
    }

    [Theory]
    [InlineData("", "Here '{' must stand")]
    [InlineData("[]", "Here '{' must stand")]
    [InlineData("{}", "lacks descr, fortran_order or shape")]
    [InlineData("{'descr': '<f4', 'shape': (7,)}", "lacks descr, fortran_order or shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7,)", "Here '}' must stand")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7,)} x", "Text follows")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (7,)}", "'descr' is there twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7,), 'shape': (7,)}", "'shape' is there twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7,), 'colour': 1}", "'colour' is no key")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (7,)}", "must be True or False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7)}", "a tuple of one has a comma")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [7]}", "Here '(' must stand")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-7,)}", "whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}", "whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (7.0,)}", "Here ')' must stand")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}", "overflows")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (8,)}", "takes 32 bytes, and 28 follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", "takes 24 bytes, and 28 follow")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (7,)}", "gives no byte order")]
    [InlineData("{'descr': 'f4', 'fortran_order': False, 'shape': (7,)}", "is no descr")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (7,)}", "is no descr")]
    [InlineData("{'descr': '<', 'fortran_order': False, 'shape': (7,)}", "elements of type '<'")]
    [InlineData("{'descr': '<f\\x34', 'fortran_order': False, 'shape': (7,)}", "plain text in quotes")]
    [InlineData("{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (7,)}", "a structured type")]
    [InlineData("{'descr': None, 'fortran_order': False, 'shape': (7,)}", "plain text in quotes")]
    [InlineData("{'descr", "plain text in quotes")]
    public void A_broken_header_is_refused(string header, string problem) => Refused(problem, Npy(header, new byte[28]));

    [Fact]
    public void A_broken_frame_is_refused()
    {
        var good = Npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", [1, 0, 1]);
        Refused("no NPY array", []);
        Refused("no NPY array", "PK\u0003\u0004 and more"u8.ToArray());
        Refused("no NPY array", good[..7]);
        Refused("end within the header", good[..9]);
        Refused("said to have 55 bytes, and 20 follow", good[..30]);
        Refused("NPY format 4.0", [.. good[..6], 4, .. good[7..]]);
        Refused("NPY format 1.1", [.. good[..7], 1, .. good[8..]]);
        Refused("takes 3 bytes, and 2 follow", good[..^1]);
        Refused("takes 3 bytes, and 4 follow", [.. good, 0]);
        Refused("The bool is 7", [.. good[..^1], 7]);
        Refused("said to have 4294967295 bytes", [.. good[..6], 2, 0, 255, 255, 255, 255, .. good[10..]]);
    }

    [Fact]
    public void What_NPY_cannot_hold_is_refused()
    {
        Assert.Contains("convert the array to float32", Assert.Throws<NotSupportedException>(() => NpyFile.Write(_folder.At("a"), ReferenceFiles.Values(ElementType.BFloat16, [7]))).Message);
        Assert.Contains("at most 64", Assert.Throws<ArgumentException>(() => NpyFile.Write(_folder.At("a"), HostArray.From<byte>([1], new([.. Enumerable.Repeat(1L, 65)])))).Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(_folder.At("none"), Assert.Throws<FileNotFoundException>(() => NpyFile.Read(_folder.At("none"))).Message);

    /// <summary>An array of format 1.0 with this header.</summary>
    internal static byte[] Npy(string header, ReadOnlySpan<byte> data) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. data];

    private void Refused(string problem, byte[] bytes)
    {
        File.WriteAllBytes(_folder.At("a"), bytes);
        var e = Assert.Throws<MalformedFileException>(() => NpyFile.Read(_folder.At("a")));
        Assert.Contains(problem, e.Message);
        Assert.StartsWith(_folder.At("a"), e.Message);
    }
}
