using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Models;
using Latent.Torch;

namespace Latent.Tests.Oracles;

/// <summary>
/// z ~ N(0, I), x|z ~ N(W z + b, s² I), in Float64: p(x), p(z|x) and all information quantities in closed form. To be made in the
/// scope of a test.
/// </summary>
internal sealed class LinearGaussian
{
    public const int Latents = 3;
    public const int Dimensions = 5;

    private readonly Tensor covariance; // of z given x, whatever x

    public LinearGaussian(double noise = 0.7)
    {
        Noise = noise;
        Weight = new Rng(101).Normal([Dimensions, Latents], ElementType.Float64);
        Bias = new Rng(102).Normal([Dimensions], ElementType.Float64);
        covariance = (Eye(Latents) + Transposed(Weight).MatMul(Weight) / (noise * noise)).LinalgInv();
        PosteriorFactor = covariance.LinalgCholesky();
    }

    /// <summary>s.</summary>
    public double Noise { get; }

    /// <summary>W, [dimensions, latents].</summary>
    public Tensor Weight { get; }

    /// <summary>b.</summary>
    public Tensor Bias { get; }

    /// <summary>L of the posterior's covariance L Lᵀ.</summary>
    public Tensor PosteriorFactor { get; }

    /// <summary>p(x).</summary>
    public MultivariateNormal Marginal =>
        new(Bias, (Weight.MatMul(Transposed(Weight)) + Noise * Noise * Eye(Dimensions)).LinalgCholesky());

    /// <summary>p(z|x) for x [B, dimensions].</summary>
    public MultivariateNormal Posterior(Tensor x) => new(PosteriorMean(x), PosteriorFactor);

    /// <summary>E[z|x].</summary>
    public Tensor PosteriorMean(Tensor x) => (x - Bias).MatMul(Weight).MatMul(covariance) / (Noise * Noise);

    /// <summary>I(x; z) = ½ log det (I + Wᵀ W / s²).</summary>
    public double Information => -PosteriorFactor.Diagonal(0, 0, 1).Log().Sum().Item<double>();

    /// <summary>Draws of x.</summary>
    public Tensor Draw(long count, ulong seed = 103) => Marginal.Sample(new Rng(seed), count);

    /// <summary>The same draws as a batch, whose examples are numbered from 0.</summary>
    public Batch Batch(long count, ulong seed = 103) => new(Draw(count, seed), null, null, Numbers(count), 0);

    /// <summary>Draws as a data set of reals.</summary>
    public Dataset Data(long count, ulong seed = 103) =>
        new("linear-gaussian", HostArray.From<float>(Draw(count, seed).To(ElementType.Float32).ToArray<float>(), [count, Dimensions]));

    /// <summary>The examples of such a data set in Float64.</summary>
    public static Tensor X(Dataset data) => Tensor.From(data.Values.Values<float>(), data.Values.Shape).To(ElementType.Float64);

    /// <summary>Decoder with the true W and b.</summary>
    public Conditional Decoder => Given(Weight, Bias);

    /// <summary>N(z Wᵀ + b, s²) with any W and b.</summary>
    public Conditional Given(Tensor weight, Tensor bias) =>
        new Parametric(z => z.MatMul(Transposed(weight)) + bias, Heads.NormalWithScale([Dimensions], Noise));

    /// <summary>The model with any encoder.</summary>
    public Vae Model(Conditional encoder) => new(StandardPrior, encoder, Decoder);

    /// <summary>N(0, I).</summary>
    public static Conditional StandardPrior => new Unconditional(() => DiagonalNormal.Standard(Latents, ElementType.Float64));

    /// <summary>The encoder p(z|x).</summary>
    public Conditional ExactPosterior => new Parametric(PosteriorMean, new(Latents, mean => new MultivariateNormal(mean, PosteriorFactor)));

    /// <summary>An encoder beside the posterior: the mean is moved by <paramref name="shift"/> and the factor scaled by <paramref name="widening"/>.</summary>
    public Conditional WrongPosterior(double shift = 0.2, double widening = 1.3) =>
        new Parametric(x => PosteriorMean(x) + shift, new(Latents, mean => new MultivariateNormal(mean, PosteriorFactor * widening)));

    /// <summary>
    /// 2 D points μ ± √D L e_d, [2 D, B, D], over which the mean of a quadratic function of z is its expectation under N(μ, L Lᵀ).
    /// </summary>
    public static Tensor SigmaPoints(MultivariateNormal q)
    {
        var offsets = (Transposed(q.ScaleFactor) * Math.Sqrt(Latents)).Unsqueeze(1); // [D, 1, D]: the columns of L
        return Tensor.Cat([q.Location + offsets, q.Location - offsets], 0);
    }

    /// <summary>0, 1, …, count − 1.</summary>
    public static long[] Numbers(long count) => [.. Enumerable.Range(0, (int)count).Select(i => (long)i)];

    private static Tensor Eye(long size) => Tensor.Ones([size], dtype: ElementType.Float64).DiagEmbed();

    private static Tensor Transposed(Tensor matrix) => matrix.Transpose(0, 1);
}
