using Latent.Torch;

namespace Latent.Distributions;

/// <summary>Tensors of standard noise that a transformation of the stream's variates gives.</summary>
internal static class Noise
{
    /// <summary>Standard exponential numbers, never 0 nor infinite: E = e^(−G), with G from Gumbel's distribution.</summary>
    public static Tensor Exponential(Rng rng, Shape shape, Tensor like) => rng.Gumbel(shape, like.ElementType, like.Device).Neg().Exp();

    /// <summary>
    /// Standard logistic numbers, never infinite: with U = e^(−E) uniform, log U − log(1 − U) = −log(e^E − 1), which is accurate
    /// in both tails.
    /// </summary>
    public static Tensor Logistic(Rng rng, Shape shape, Tensor like) => -Exponential(rng, shape, like).ExpM1().Log();
}
