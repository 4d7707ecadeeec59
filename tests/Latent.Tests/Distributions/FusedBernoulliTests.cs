using Latent.Distributions;
using Latent.Torch;

namespace Latent.Tests.Distributions;

public sealed class FusedBernoulliTests
{
    private const int K = 5, B = 7, D = 3;

    private static Tensor Logits(ElementType type, params ReadOnlySpan<long> shape) => 3 * new Rng(1).Fork("logits").Normal(shape, type);

    private static Tensor Bits(params ReadOnlySpan<long> shape) => new Rng(1).Fork("x").Bernoulli(Tensor.Full(shape, 0.3));

    private static double Deviation(Tensor a, Tensor b)
    {
        Assert.Equal(b.Shape, a.Shape);
        Assert.Equal(b.ElementType, a.ElementType);
        return (a - b).Abs().Max().Item<double>();
    }

    [Theory]
    [InlineData(ElementType.Float32, ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float32, ElementType.UInt8, 1e-5)]
    [InlineData(ElementType.Float64, ElementType.Float64, 1e-13)]
    [InlineData(ElementType.Float64, ElementType.UInt8, 1e-13)]
    [InlineData(ElementType.Float64, ElementType.Bool, 1e-13)]
    public void Log_probability_and_gradient_equal_the_composite_form(ElementType type, ElementType dataType, double tolerance)
    {
        using var scope = TensorScope.Open();
        var x = Bits(B, D).To(dataType);
        Tensor LogProb(Func<Tensor, Tensor> f, out Tensor gradient)
        {
            var logits = Logits(type, K, B, D);
            logits.RequiresGrad = true;
            var logProb = f(logits);
            gradient = Autograd.Grad(logProb, [logits], Logits(type, K, B))[0];
            return logProb.Detach();
        }
        var fused = LogProb(l => FusedBernoulli.LogProb(l, x), out var fusedGradient);
        var composite = LogProb(l => FusedBernoulli.Composite(l, x), out var compositeGradient);
        Assert.InRange(Deviation(fused, composite), 0, tolerance);
        Assert.InRange(Deviation(fusedGradient, compositeGradient), 0, tolerance);
    }

    [Fact]
    public void Gradient_equals_finite_differences()
    {
        using var scope = TensorScope.Open();
        var x = Bits(B, D).To(ElementType.Float64);
        Assert.InRange(Derivatives.GradientDeviation(l => FusedBernoulli.LogProb(l[0], x), Logits(ElementType.Float64, K, B, D)), 0, 1e-7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_last_axes_make_the_event(int eventRank)
    {
        using var scope = TensorScope.Open();
        var (logits, x) = (Logits(ElementType.Float64, K, B, D, 2), Bits(B, D, 2));
        Assert.InRange(Deviation(FusedBernoulli.LogProb(logits, x.To(ElementType.Float64), eventRank), FusedBernoulli.Composite(logits, x, eventRank)), 0, 1e-13);
    }

    [Fact]
    public void Confident_logits_stay_finite()
    {
        using var scope = TensorScope.Open();
        var logits = Tensor.From([1e4f, -1e4f, 1e4f], 1, 3);
        logits.RequiresGrad = true;
        var logProb = FusedBernoulli.LogProb(logits, Tensor.From<byte>([1, 0, 0], 1, 3));
        logProb.Sum().Backward();
        Assert.Equal(-1e4f, logProb.Item<float>());
        Assert.Equal([0f, 0f, -1f], logits.Grad!.ToArray<float>());
    }

    [Fact]
    public void Data_may_learn_too()
    {
        using var scope = TensorScope.Open();
        var x = Bits(B, D).To(ElementType.Float64);
        Assert.InRange(Derivatives.GradientDeviation(p => FusedBernoulli.LogProb(p[0], p[1]), Logits(ElementType.Float64, B, D), x), 0, 1e-7);
    }

    [Fact]
    public void Transposed_tensors_are_read_in_their_order()
    {
        using var scope = TensorScope.Open();
        var (logits, x) = (Logits(ElementType.Float32, D, B).Transpose(0, 1), Bits(D, B).Transpose(0, 1));
        Assert.InRange(Deviation(FusedBernoulli.LogProb(logits, x), FusedBernoulli.Composite(logits, x)), 0, 1e-5);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("[7, 2]", Assert.Throws<ArgumentException>(() => FusedBernoulli.LogProb(Logits(ElementType.Float32, B, 2), Bits(B, D))).Message, StringComparison.Ordinal);
        Assert.Contains("[0, 2]", Assert.Throws<ArgumentException>(() => FusedBernoulli.LogProb(Logits(ElementType.Float32, B, D), Bits(B, D), eventRank: 3)).Message, StringComparison.Ordinal);
    }
}
