using Latent.Distributions;
using Latent.Torch;

namespace Latent.Bench.Foundation;

/// <summary>A VAE 784-400-20 with Bernoulli likelihood and diagonal Gaussian posterior, of four fused nodes.</summary>
internal sealed class Vae(Init init)
{
    public const int Pixels = 784;
    public const int Latents = 20;
    private const int Hidden = 400;

    private readonly DenseWeights[] encoder =
    [
        Dense.Layer(init["hidden"], Pixels, Hidden, Activation.Relu),
        Dense.Layer(init["head"], Hidden, 2 * Latents, Activation.Identity),
    ];

    private readonly DenseWeights[] decoder =
    [
        Dense.Layer(init["back"], Latents, Hidden, Activation.Relu),
        Dense.Layer(init["logits"], Hidden, Pixels, Activation.Identity),
    ];

    /// <summary>The mean of −ELBO over a batch. Shapes: x [B, 784], noise [B, 20].</summary>
    public Tensor Loss(Tensor x, Tensor noise)
    {
        var (z, rate, _) = FusedGaussian.Sample(FusedMlp.Apply(x, encoder), noise);
        var logProb = FusedBernoulli.LogProb(FusedMlp.Apply(z, decoder), x);
        return (rate - logProb).Mean();
    }
}
