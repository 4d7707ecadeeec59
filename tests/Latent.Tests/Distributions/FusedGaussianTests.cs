using Latent.Distributions;
using Latent.Torch;

namespace Latent.Tests.Distributions;

public sealed class FusedGaussianTests
{
    private const int K = 5, B = 7, D = 3;

    private static Tensor Normal(string name, ElementType type, params ReadOnlySpan<long> shape) => new Rng(1).Fork(name).Normal(shape, type);

    private static double Deviation(Tensor a, Tensor b)
    {
        Assert.Equal(b.Shape, a.Shape);
        Assert.Equal(b.ElementType, a.ElementType);
        return (a - b).Abs().Max().Item<double>();
    }

    [Theory]
    [InlineData(ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float64, 1e-13)]
    public void Samples_divergence_ratios_and_gradients_equal_the_composite_form(ElementType type, double tolerance)
    {
        using var scope = TensorScope.Open();
        var noise = Normal("noise", type, K, B, D);
        Tensor[] Results(Func<Tensor, Tensor, (Tensor, Tensor, Tensor)> f)
        {
            var head = Normal("head", type, B, 2 * D);
            head.RequiresGrad = true;
            var (z, kl, logRatio) = f(head, noise);
            var ofZ = Autograd.Grad(z, [head], Normal("ofZ", type, K, B, D), retainGraph: true)[0];
            var ofKL = Autograd.Grad(kl, [head], Normal("ofKL", type, B), retainGraph: true)[0];
            var ofRatio = Autograd.Grad(logRatio, [head], Normal("ofRatio", type, K, B))[0];
            return [z.Detach(), kl.Detach(), logRatio.Detach(), ofZ, ofKL, ofRatio];
        }
        foreach (var (fused, composite) in Results(FusedGaussian.Sample).Zip(Results(FusedGaussian.Composite)))
            Assert.InRange(Deviation(fused, composite), 0, tolerance);
    }

    [Fact]
    public void Gradient_equals_finite_differences()
    {
        using var scope = TensorScope.Open();
        var noise = Normal("noise", ElementType.Float64, K, B, D);
        Tensor Both(Tensor[] head)
        {
            var (z, kl, logRatio) = FusedGaussian.Sample(head[0], noise);
            return Tensor.Cat([z.Flatten(), kl, logRatio.Flatten()], 0);
        }
        Assert.InRange(Derivatives.GradientDeviation(Both, Normal("head", ElementType.Float64, B, 2 * D)), 0, 1e-7);
    }

    [Fact]
    public void Standard_normal_has_no_divergence_and_returns_the_noise()
    {
        using var scope = TensorScope.Open();
        var noise = Normal("noise", ElementType.Float32, K, B, D);
        var (z, kl, logRatio) = FusedGaussian.Sample(Tensor.Zeros([B, 2 * D]), noise);
        Assert.Equal(noise.ToArray<float>(), z.ToArray<float>());
        Assert.All(kl.ToArray<float>(), v => Assert.Equal(0, v));
        Assert.All(logRatio.ToArray<float>(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Noise_may_learn_too()
    {
        using var scope = TensorScope.Open();
        Assert.InRange(Derivatives.GradientDeviation(p => FusedGaussian.Sample(p[0], p[1]).Z, Normal("head", ElementType.Float64, B, 2 * D), Normal("noise", ElementType.Float64, B, D)), 0, 1e-7);
    }

    [Fact]
    public void Transposed_tensors_are_read_in_their_order()
    {
        using var scope = TensorScope.Open();
        var (head, noise) = (Normal("head", ElementType.Float32, 2 * D, B).Transpose(0, 1), Normal("noise", ElementType.Float32, D, B).Transpose(0, 1));
        var (fused, composite) = (FusedGaussian.Sample(head, noise), FusedGaussian.Composite(head, noise));
        Assert.InRange(Deviation(fused.Z, composite.Z), 0, 1e-5);
        Assert.InRange(Deviation(fused.KL, composite.KL), 0, 1e-5);
        Assert.InRange(Deviation(fused.LogRatio, composite.LogRatio), 0, 1e-5);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("[7, 5]", Assert.Throws<ArgumentException>(() => FusedGaussian.Sample(Tensor.Zeros([B, 5]), Tensor.Zeros([B, D]))).Message, StringComparison.Ordinal);
        Assert.Contains("[5, 3]", Assert.Throws<ArgumentException>(() => FusedGaussian.Sample(Tensor.Zeros([B, 2 * D]), Tensor.Zeros([K, D]))).Message, StringComparison.Ordinal);
    }
}
