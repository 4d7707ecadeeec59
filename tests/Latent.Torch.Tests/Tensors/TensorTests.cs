namespace Latent.Torch.Tests.Tensors;

public sealed class TensorTests : ScopedTest
{
    [Theory]
    [InlineData(ElementType.UInt8), InlineData(ElementType.Int8), InlineData(ElementType.Int16), InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64), InlineData(ElementType.Float16), InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    [InlineData(ElementType.Bool), InlineData(ElementType.BFloat16)]
    public void Every_element_type_holds_and_converts(ElementType type) => Scoped(() =>
    {
        var x = Tensor.From([0.0, 1, 1, 0, 1]).To(type);
        Assert.Equal(type, x.ElementType);
        Assert.Equal([0.0, 1, 1, 0, 1], x.To(ElementType.Float64).ToArray<double>());
        Assert.Equal(5 * type.Size(), x.Elements * type.Size());
    });

    [Fact]
    public void Values_come_back_as_they_went() => Scoped(() =>
    {
        Assert.Equal([1f, 2f], Tensor.From([1f, 2f]).ToArray<float>());
        Assert.Equal([1L, -2L], Tensor.From([1L, -2L]).ToArray<long>());
        Assert.Equal([true, false], Tensor.From([true, false]).ToArray<bool>());
        Assert.Equal([(byte)7], Tensor.From([(byte)7]).ToArray<byte>());
        Assert.Equal([(BFloat16)1.5f], Tensor.From([(BFloat16)1.5f]).ToArray<BFloat16>());
        Assert.Equal([(Half)1.5f], Tensor.From([(Half)1.5f]).ToArray<Half>());
        Assert.Equal(2.5, Tensor.Of(2.5).Item<double>());
        Assert.Equal(2, Tensor.Of(2.5).Item<int>());
        Assert.Equal([1.0, 3, 2, 4], Tensor.From([1.0, 2, 3, 4], 2, 2).T().ToArray<double>());
    });

    [Fact]
    public void Shapes_match_list_patterns() => Scoped(() =>
    {
        var x = Tensor.Zeros([7, 5, 3]);
        Assert.True(x.Shape is [7, .., 3]);
        Assert.True(x.Shape is [_, var five, _] && five == 5);
        Assert.True(x.Shape is [.. var front, 3] && front == new Shape([7, 5]));
        Assert.Equal(105, x.Elements);
        Assert.Equal(new Shape([15, 3, 1]), x.Strides);
        Assert.Equal(3, x.Size(-1));
        Assert.Equal(3, x.Rank);
        Assert.Equal("[7, 5, 3]", x.Shape.ToString());
        Assert.Equal(0, Tensor.Of(1f).Shape.Rank);
        Assert.True(default(Shape) is []);
    });

    [Fact]
    public void Arithmetic_broadcasts_and_promotes() => Scoped(() =>
    {
        var x = Tensor.From([1.0, 2, 3, 4], 2, 2);
        var y = Tensor.From([10.0, 20]);
        Assert.Equal([11.0, 22, 13, 24], (x + y).ToArray<double>());
        Assert.Equal([-9.0, -18, -7, -16], (x - y).ToArray<double>());
        Assert.Equal([10.0, 40, 30, 80], (x * y).ToArray<double>());
        Assert.Equal([0.1, 0.1, 0.3, 0.2], (x / y).ToArray<double>());
        Assert.Equal([-1.0, -2, -3, -4], (-x).ToArray<double>());
        Assert.Equal([3.0, 4, 5, 6], (x + 2).ToArray<double>());
        Assert.Equal([3.0, 4, 5, 6], (2 + x).ToArray<double>());
        Assert.Equal([-1.0, 0, 1, 2], (x - 2).ToArray<double>());
        Assert.Equal([1.0, 0, -1, -2], (2 - x).ToArray<double>());
        Assert.Equal([2.0, 1, 2.0 / 3, 0.5], (2 / x).ToArray<double>());
        Assert.Equal([0.5, 1, 1.5, 2], (x * 0.5).ToArray<double>());
        Assert.Equal([2.0, 4, 6, 8], (x / 0.5).ToArray<double>());
        Assert.Equal([false, false, true, true], (x > 2).ToArray<bool>());
        Assert.Equal([true, false, false, false], (x < 2).ToArray<bool>());
        Assert.Equal([false, true, true, true], (x >= 2).ToArray<bool>());
        Assert.Equal([true, true, false, false], (x <= 2).ToArray<bool>());
        Assert.Equal([true, true, true, true], (x < y).ToArray<bool>());

        // A number takes part in promotion as a number: it does not widen a tensor of its own kind.
        Assert.Equal(ElementType.Float32, (Tensor.From([1f]) * 0.1).ElementType);
        Assert.Equal(ElementType.Int64, (Tensor.From([1L]) * 2).ElementType);
        Assert.Equal(ElementType.Float32, (Tensor.From([1L]) * 0.5).ElementType);
        Assert.Equal(ElementType.UInt8, (Tensor.From([(byte)1]) + 2).ElementType);
    });

    [Fact]
    public void Numbers_as_operands_do_not_mix_up() => Scoped(() =>
    {
        var x = Tensor.From([1.0]);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(1.0 + i * 0.37, (x + i * 0.37).Item<double>());
            Assert.Equal(1.0 + i, (x + i).Item<double>());
        }
        Assert.Equal(double.PositiveInfinity, (x * double.PositiveInfinity).Item<double>());
        Assert.Equal(float.NegativeInfinity, (Tensor.From([1f]) * -double.MaxValue).Item<float>());
        Assert.True(double.IsNaN((x * double.NaN).Item<double>()));
    });

    [Fact]
    public void Indexing_reads_like_the_array_it_is() => Scoped(() =>
    {
        var x = Tensor.Arange(24, dtype: ElementType.Int64).Reshape([2, 3, 4]);
        Assert.Equal([12L, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], x[1].ToArray<long>());
        Assert.Equal(23L, x[^1, ^1, ^1].Item<long>());
        Assert.Equal(23L, x[-1, -1, -1].Item<long>());
        Assert.Equal([1L, 2, 13, 14], x[.., 0, 1..3].ToArray<long>());
        Assert.Equal([3L, 7, 11, 15, 19, 23], x[TensorIndex.Ellipsis, 3].ToArray<long>());
        Assert.Equal(new Shape([2, 1, 3, 4]), x[.., TensorIndex.NewAxis].Shape);
        Assert.Equal([0L, 2], x[0, 0, TensorIndex.Every(.., 2)].ToArray<long>());
        Assert.Equal([4L, 5, 6, 7], x[0, Tensor.From([1L])].ToArray<long>());
        Assert.Equal([22L, 23], x[x > 21].ToArray<long>());
        Assert.Equal([8L, 20], x[.., 2][.., 0].ToArray<long>());
        Assert.Equal([12L, 16, 20], x[Tensor.From([false, true]), .., 0].ToArray<long>());
        Assert.Equal(new Shape([2, 0, 4]), x[.., 2..1].Shape);
        Assert.Equal(new Shape([2, 3, 4]), x[..100].Shape);
        Assert.Contains("axis 1 of size 3", Assert.Throws<IndexOutOfRangeException>(() => x[0, 3]).Message);
        Assert.Contains("4 axes are indexed", Assert.Throws<IndexOutOfRangeException>(() => x[0, 0, 0, 0]).Message);
    });

    [Fact]
    public void Printing_is_readable() => Scoped(() =>
    {
        Assert.Equal("Float32 []\n1.5", Tensor.Of(1.5f).ToString());
        Assert.Equal("Float64 [2, 2]\n[[  1,  -2],\n [0.5, 100]]", Tensor.From([1.0, -2, 0.5, 100], 2, 2).ToString());
        Assert.Equal("Bool [2]\n[ true, false]", Tensor.From([true, false]).ToString());
        Assert.Equal("Int64 [2, 1, 1]\n[[[1]],\n\n [[2]]]", Tensor.From([1L, 2], 2, 1, 1).ToString());
        Assert.Equal("Float32 [0, 3]", Tensor.Zeros([0, 3]).ToString());
        Assert.Equal("Int64 [2000]\n[   0,    1,    2, …, 1997, 1998, 1999]", Tensor.Arange(2000, dtype: ElementType.Int64).ToString());
        var leaf = Tensor.Of(1f);
        leaf.RequiresGrad = true;
        Assert.StartsWith("Float32 [] requires grad", leaf.ToString());
    });

    [Fact]
    public void Spans_look_into_the_memory_and_say_why_they_cannot() => Scoped(() =>
    {
        var x = Tensor.Zeros([2, 3]);
        x.AsSpan<float>()[5] = 7;
        Assert.Equal(7f, x[1, 2].Item<float>());
        Assert.Contains("x.Contiguous()", Assert.Throws<InvalidOperationException>(() => x.T().AsSpan<float>()).Message);
        Assert.Contains("ElementType.Float64", Assert.Throws<InvalidOperationException>(() => x.AsSpan<double>()).Message);
        Assert.Contains("exactly one", Assert.Throws<InvalidOperationException>(() => x.Item<float>()).Message);
        Assert.Contains("5 values do not fill the shape [2, 3]", Assert.Throws<ArgumentException>(() => Tensor.From(new float[5], 2, 3)).Message);
    });
}
