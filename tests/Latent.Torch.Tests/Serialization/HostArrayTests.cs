namespace Latent.Torch.Tests.Serialization;

public sealed class HostArrayTests
{
    [Fact]
    public void Values_are_the_bytes_in_place()
    {
        var array = HostArray.From<float>([1f, -2f, 3.5f], [3]);
        Assert.Equal([1f, -2f, 3.5f], array.Values<float>());
        Assert.Equal(12, array.Bytes.Length);
        Assert.Equal("Float32 [3]", array.ToString());
        Assert.Contains("Float32, not Double", Assert.Throws<InvalidOperationException>(() => array.Values<double>().Length).Message);
    }

    [Theory]
    [InlineData(new long[] { 7, 5 }, 140)]
    [InlineData(new long[] { }, 4)]
    [InlineData(new long[] { 7, 0, 3 }, 0)]
    public void Bytes_must_be_as_many_as_the_shape_asks_for(long[] shape, int bytes)
    {
        Assert.Equal(bytes, new HostArray(ElementType.Float32, new(shape), new byte[bytes]).Bytes.Length);
        Assert.Throws<ArgumentException>("bytes", () => new HostArray(ElementType.Float32, new(shape), new byte[bytes + 1]));
    }

    [Theory]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { -1, 0 })]
    [InlineData(new long[] { 1L << 62 })]
    [InlineData(new long[] { 1L << 32, 1L << 32 })]
    [InlineData(new long[] { long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue })]
    [InlineData(new long[] { 0, 1L << 32, 1L << 32 })]
    public void Shapes_that_no_memory_can_hold_are_refused(long[] shape) =>
        Assert.Throws<ArgumentException>("shape", () => new HostArray(ElementType.Float32, new(shape), default));

    [Fact]
    public void A_bool_is_0_or_1() =>
        Assert.Contains("Byte 2 is 255", Assert.Throws<ArgumentException>("bytes", () => new HostArray(ElementType.Bool, [3], new byte[] { 0, 1, 255 })).Message);
}
