using System.Runtime.InteropServices;

namespace Latent.Torch.Tests.Random;

/// <summary>A fill's element j is a function of the stream and j alone, the same one at every vector width.</summary>
public sealed class RngFillTests
{
    private const ulong Key = 0x0123_4567_89AB_CDEF;
    private const int Row = 97;

    private static readonly Rng Stream = new Rng(Key).Row(Row);
    private static readonly ScalarRng Scalar = new(Key, Row);
    private static readonly byte[] Greys = [.. Enumerable.Range(0, 4001).Select(i => (byte)(i * 37))];
    private static readonly float[] Probabilities = [.. Enumerable.Range(0, 4001).Select(i => i % 101 / 100f)];
    private static readonly float[] Logits = [.. Enumerable.Range(0, 5 * 1009).Select(i => i * 37 % 101 / 50f - 1)];

    private static readonly Dictionary<string, Fill> Fills = new()
    {
        ["Bits8"] = Fill.Of<byte>((destination, j) => Stream.Bits(destination, j), Scalar.Byte),
        ["Bits16"] = Fill.Of<ushort>((destination, j) => Stream.Bits(destination, j), Scalar.Word16),
        ["Bits32"] = Fill.Of<uint>((destination, j) => Stream.Bits(destination, j), Scalar.Word32),
        ["Bits64"] = Fill.Of<ulong>((destination, j) => Stream.Bits(destination, j), Scalar.Word64),
        ["Uniform32"] = Fill.Of<float>((destination, j) => Stream.Uniform(destination, j), Scalar.Uniform32),
        ["Uniform64"] = Fill.Of<double>((destination, j) => Stream.Uniform(destination, j), Scalar.Uniform64),
        ["Exponential32"] = Fill.Of<float>((destination, j) => Stream.Exponential(destination, j), Scalar.Exponential32),
        ["Exponential64"] = Fill.Of<double>((destination, j) => Stream.Exponential(destination, j), Scalar.Exponential64),
        ["Gumbel32"] = Fill.Of<float>((destination, j) => Stream.Gumbel(destination, j), Scalar.Gumbel32),
        ["Gumbel64"] = Fill.Of<double>((destination, j) => Stream.Gumbel(destination, j), Scalar.Gumbel64),
        ["Normal32"] = Fill.Of<float>((destination, j) => Stream.Normal(destination, j), Scalar.Normal32),
        ["Normal64"] = Fill.Of<double>((destination, j) => Stream.Normal(destination, j), Scalar.Normal64),
        ["BernoulliBytes"] = Fill.Of<byte>(
            (destination, j) => Stream.Bernoulli(Greys.AsSpan((int)j, destination.Length), destination, j),
            j => Scalar.Bernoulli(Greys[j], j)),
        ["BernoulliBytesToFloats"] = Fill.Of<float>(
            (destination, j) => Stream.Bernoulli(Greys.AsSpan((int)j, destination.Length), destination, j),
            j => Scalar.Bernoulli(Greys[j], j)),
        ["BernoulliFloats"] = Fill.Of<float>(
            (destination, j) => Stream.Bernoulli(Probabilities.AsSpan((int)j, destination.Length), destination, j),
            j => Scalar.Bernoulli(Probabilities[j], j)),
        ["IntegersFew"] = Fill.Of<long>((destination, j) => Stream.Integers(destination, -3, 4, j), j => Scalar.Integer(-3, 4, j)),
        ["IntegersMany"] = Fill.Of<long>(
            (destination, j) => Stream.Integers(destination, long.MinValue, long.MaxValue - 1, j),
            j => Scalar.Integer(long.MinValue, long.MaxValue - 1, j)),
        ["Categorical"] = Fill.Of<long>(
            (destination, j) => Stream.Categorical(Logits.AsSpan(5 * (int)j, 5 * destination.Length), destination, j),
            j => Enumerable.Range(0, 5).MaxBy(k => Logits[5 * j + k] + Scalar.Gumbel32(5 * j + k))),
    };

    public static TheoryData<string> Names => [.. Fills.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_length_and_offset_gives_the_scalar_numbers(string name)
    {
        var fill = Fills[name];
        foreach (var offset in new[] { 0, 1, 3, 16, 37, 64, 127, 131, 255 })
        {
            for (var length = 0; length <= 67; length++) fill.CheckAgainstScalar(offset, length);
        }
        fill.CheckAgainstScalar(5, 997);   // several tiles, and more than a tile of every element size
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fill_in_parts_equals_the_whole(string name)
    {
        foreach (var cut in new[] { 0, 1, 17, 64, 320, 499, 997 }) Fills[name].CheckSplit(997, cut);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_threads_fill_what_one_does(string name) => Fills[name].CheckThreads(997);

    [Fact]
    public void Long_fills_equal_the_scalar_numbers()
    {
        // More than the tiles of one pass, and a length that ends within a tile.
        var normals = new float[4157];
        Stream.Normal(normals, 41);
        for (var i = 0; i < normals.Length; i++) Assert.Equal(Scalar.Normal32(41 + i), normals[i]);
    }

    [Fact]
    public void Far_elements_can_be_reached()
    {
        const long far = long.MaxValue - 1000;
        var words = new uint[3];
        Stream.Bits<uint>(words, far);
        Assert.Equal([Scalar.Word32(far), Scalar.Word32(far + 1), Scalar.Word32(far + 2)], words);
    }

    [Fact]
    public void Undecided_bytes_take_extra_bits()
    {
        // A first digit equal to the probability's settles nothing: 1 element in 256.
        var digits = new byte[4001];
        Stream.Bits<byte>(digits);
        var drawn = new byte[digits.Length];
        Stream.Bernoulli(digits, drawn);

        for (var j = 0; j < digits.Length; j++) Assert.Equal(Scalar.Bernoulli(digits[j], j), drawn[j]);
        Assert.InRange(drawn.Count(d => d == 1), 1, drawn.Length - 1);
    }

    [Fact]
    public void Undecided_floats_take_extra_bits()
    {
        // (u + ½) 2⁻³¹ for the element's own 31 bits u is a float where u < 2²³; the extra bits decide about the half.
        var words = new uint[20_011];
        Stream.Bits<uint>(words);
        var p = Array.ConvertAll(words, w => w >> 1 < 1 << 23 ? ((w >> 1) + 0.5f) / (1u << 31) : 0.5f);
        var drawn = new float[p.Length];
        Stream.Bernoulli(p, drawn);

        var undecided = Enumerable.Range(0, p.Length).Where(j => p[j] != 0.5f).ToArray();
        Assert.Equal([0f, 1f], undecided.Select(j => drawn[j]).Distinct().Order());
        foreach (var j in undecided) Assert.Equal(Scalar.Extra(j) < 1ul << 63 ? 1f : 0f, drawn[j]);
    }

    [Fact]
    public void Certain_bytes_and_floats_are_certain()
    {
        var drawn = new byte[100_003];
        Stream.Bernoulli(new byte[drawn.Length], drawn);
        Assert.DoesNotContain((byte)1, drawn);
        Array.Fill(drawn, (byte)255);
        Stream.Bernoulli(drawn, drawn);   // in place
        Assert.DoesNotContain((byte)0, drawn);

        var floats = new float[100_003];
        Stream.Bernoulli(floats, floats);
        Assert.DoesNotContain(1f, floats);
        Array.Fill(floats, 1);
        Stream.Bernoulli(floats, floats);
        Assert.DoesNotContain(0f, floats);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1024)]
    [InlineData(1031)]   // longer than a chunk of noise
    public void Categorical_takes_the_arg_max_in_rows_of_any_length(int categories)
    {
        const int rows = 11;
        var logits = new double[rows * categories];
        Stream.Fork("logits").Normal(logits);
        var drawn = new long[rows];
        Stream.Categorical(logits, drawn, 3);

        for (var i = 0; i < rows; i++)
        {
            var best = Enumerable.Range(0, categories).MaxBy(k => logits[i * categories + k] + Scalar.Gumbel64((3L + i) * categories + k));
            Assert.Equal(best, drawn[i]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1009)]
    public void A_permutation_has_every_number_once(int length)
    {
        var drawn = new long[length];
        Stream.Permutation(drawn);

        Assert.Equal(Enumerable.Range(0, length).Select(i => (long)i), drawn.Order());
    }

    /// <summary>
    /// Numbers recorded once. Runs that must be comparable with older ones, or with another machine, need them unchanged.
    /// </summary>
    [Theory]
    [InlineData("Bits32", 0xE3B54FEAA7C7AFB7)]
    [InlineData("Uniform32", 0x85E263E9A3E4354E)]
    [InlineData("Uniform64", 0x5867BFC5D75E8676)]
    [InlineData("Exponential32", 0x16ACE3AA23235E34)]
    [InlineData("Exponential64", 0x4D8C9C7A94C92E16)]
    [InlineData("Gumbel32", 0x7999F218A3E3DBD9)]
    [InlineData("Gumbel64", 0x3D4FAC26A7E5813A)]
    [InlineData("Normal32", 0xA8BFEDD8594A4162)]
    [InlineData("Normal64", 0x0F14005C708E2097)]
    [InlineData("BernoulliBytes", 0xFC42D5E60AA58A78)]
    [InlineData("BernoulliFloats", 0x9BDFF70164B13BC5)]
    [InlineData("IntegersFew", 0xCB8D19B6E01D7477)]
    [InlineData("IntegersMany", 0x2E7DE403AFADA5D2)]
    [InlineData("Categorical", 0xA6428277938F8646)]
    public void Numbers_are_those_of_every_version_and_machine(string name, ulong digest) => Assert.Equal(digest, Fills[name].Digest(997));

    /// <summary>One kind of fill with its scalar counterpart, whatever the element type.</summary>
    private sealed record Fill(Action<int, int> CheckAgainstScalar, Action<int, int> CheckSplit, Action<int> CheckThreads, Func<int, ulong> Digest)
    {
        public delegate void Filler<T>(Span<T> destination, long offset);

        public static Fill Of<T>(Filler<T> fill, Func<long, T> scalar) where T : unmanaged => new(
            (offset, length) =>
            {
                var guarded = new T[length + 2];   // nothing may be written beside the span
                fill(guarded.AsSpan(1, length), offset);
                Assert.Equal([default, .. Enumerable.Range(offset, length).Select(j => scalar(j)), default], guarded);
            },
            (length, cut) =>
            {
                var (whole, parts) = (new T[length], new T[length]);
                fill(whole, 0);
                fill(parts.AsSpan(cut), cut);
                fill(parts.AsSpan(0, cut), 0);
                Assert.Equal(whole, parts);
            },
            length =>
            {
                var (one, two) = (new T[length], new T[length]);
                fill(one, 0);
                var other = new Thread(() => fill(two.AsSpan(length / 2), length / 2));
                other.Start();
                fill(two.AsSpan(0, length / 2), 0);
                other.Join();
                Assert.Equal(one, two);
            },
            length =>
            {
                var numbers = new T[length];
                fill(numbers, 0);
                var digest = 0xCBF29CE484222325;   // FNV-1a
                foreach (var b in MemoryMarshal.AsBytes(numbers.AsSpan())) digest = (digest ^ b) * 0x100000001B3;
                return digest;
            });
    }
}
