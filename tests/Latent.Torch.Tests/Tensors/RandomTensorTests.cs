namespace Latent.Torch.Tests.Tensors;

public sealed class RandomTensorTests : ScopedTest
{
    private static readonly Rng Stream = new(11);

    [Fact]
    public void Tensors_hold_the_numbers_of_the_stream() => Scoped(() =>
    {
        var expected = new float[35];
        Stream.Normal(expected);
        Assert.Equal(expected, Stream.Normal([7, 5]).ToArray<float>());
        var exact = new double[35];
        Stream.Uniform(exact);
        Assert.Equal(exact, Stream.Uniform([5, 7], ElementType.Float64).ToArray<double>());
        Stream.Gumbel(exact);
        Assert.Equal(exact, Stream.Gumbel([35], ElementType.Float64).ToArray<double>());
        Assert.Equal(ElementType.BFloat16, Stream.Normal([3], ElementType.BFloat16).ElementType);
    });

    [Fact]
    public void Bernoulli_follows_its_probabilities() => Scoped(() =>
    {
        var bytes = Tensor.From([(byte)0, (byte)255, (byte)51], 3).Expand([20_000, 3]);
        var drawn = Stream.Bernoulli(bytes);
        Assert.Equal(ElementType.Float32, drawn.ElementType);
        var mean = drawn.Mean([0]).ToArray<float>();
        Assert.Equal(0f, mean[0]);
        Assert.Equal(1f, mean[1]);
        Assert.InRange(mean[2], 0.18, 0.22); // 0.2 ± 7 standard errors
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var p = Tensor.From([0.0, 1, 0.2]).To(type).Expand([20_000, 3]);
            var means = Stream.Bernoulli(p).Mean([0]).To(ElementType.Float64).ToArray<double>();
            Assert.Equal([0.0, 1], means[..2]);
            Assert.InRange(means[2], 0.18, 0.22);
        }
    });

    [Theory]
    [InlineData(ElementType.BFloat16), InlineData(ElementType.Float16)]
    public void Sixteen_bits_keep_the_bounds(ElementType type) => Scoped(() =>
    {
        Assert.Equal(1.0, Stream.Bernoulli(Tensor.Ones([20_000], dtype: type)).To(ElementType.Float64).Mean().Item<double>());
        Assert.True(Stream.Uniform([20_000], type).Max().Item<double>() < 1);
    });

    [Fact]
    public void Integers_are_no_real_numbers() => Scoped(() =>
        Assert.Contains("floating-point", Assert.Throws<ArgumentException>(() => Stream.Normal([3], ElementType.Int64)).Message));

    [Fact]
    public void Categorical_follows_its_logits() => Scoped(() =>
    {
        var logits = Tensor.From([0.1, 0.6, 0.3]).Log().Expand([20_000, 3]);
        var drawn = Stream.Categorical(logits);
        Assert.Equal(new Shape([20_000]), drawn.Shape);
        var counts = drawn.ToArray<long>().GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count() / 20_000.0);
        Assert.InRange(counts[0], 0.085, 0.115);
        Assert.InRange(counts[1], 0.575, 0.625);
        Assert.InRange(counts[2], 0.275, 0.325);
    });

    [Fact]
    public void A_permutation_has_every_number_once() => Scoped(() =>
    {
        var order = Stream.Permutation(101).ToArray<long>();
        Assert.Equal(Enumerable.Range(0, 101).Select(i => (long)i), order.Order());
        Assert.NotEqual(order.Order(), order);
    });
}
