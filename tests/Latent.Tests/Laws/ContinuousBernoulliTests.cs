using Latent.Distributions;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Laws;

public sealed class ContinuousBernoulliTests : ScopedTest
{
    [Fact]
    public void Draws_are_quantiles_of_uniform_numbers_at_all_digits_for_any_logit() => Scoped(() =>
    {
        var rng = new Rng(23);
        foreach (var l in new[] { -500, -37, -1.001, -1, -1.001e-3, -0.999e-3, -1e-9, 1e-9, 0.999e-3, 1.001e-3, 0.5, 1, 1.001, 30 })
        {
            var x = new ContinuousBernoulli(Tensor.Of(l)).Sample(rng, 101);
            // F(x) = (e^(l x) − 1) / (e^l − 1), with its error at the end of steep rises.
            Close.Equal(rng.Uniform([101], ElementType.Float64), (x * l).ExpM1() / Tensor.Of(l).ExpM1(), 1e-15 * Math.Max(2, Math.Abs(l)));
        }
    });
}
