using Latent.Distributions.Kernels;

namespace Latent.Tests.Kernels;

public sealed unsafe class GaussianKernelTests
{
    private const int Rows = 3;

    private static double[] Wave(int count, double frequency) => [.. Enumerable.Range(0, count).Select(i => 1.5 * Math.Sin(frequency * i + 0.2))];

    private static void Forward(int particles, int latents, double[] head, double[] noise, double[] z, double[] kl, double[] logRatio)
    {
        fixed (double* h = head, e = noise, pz = z, pk = kl, pr = logRatio) GaussianKernel.Forward(particles, Rows, latents, h, e, pz, pk, pr);
    }

    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 7 }, { 5, 16 }, { 2, 17 }, { 1, 67 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Samples_and_divergence_equal_the_definition(int particles, int latents)
    {
        double[] head = Wave(2 * Rows * latents, 1.3), noise = Wave(particles * Rows * latents, 0.7), z = new double[noise.Length], kl = new double[Rows], logRatio = new double[particles * Rows];
        Forward(particles, latents, head, noise, z, kl, logRatio);
        float[] singleHead = Array.ConvertAll(head, v => (float)v), singleNoise = Array.ConvertAll(noise, v => (float)v);
        float[] singleZ = new float[z.Length], singleKl = new float[Rows], singleRatio = new float[logRatio.Length];
        fixed (float* h = singleHead, e = singleNoise, pz = singleZ, pk = singleKl, pr = singleRatio) GaussianKernel.Forward(particles, Rows, latents, h, e, pz, pk, pr);
        for (var r = 0; r < Rows; r++)
        {
            var expected = 0.0;
            for (var d = 0; d < latents; d++)
            {
                var (mean, logVariance) = (head[2 * r * latents + d], head[(2 * r + 1) * latents + d]);
                expected += (mean * mean + Math.Exp(logVariance) - 1 - logVariance) / 2;
                for (var k = 0; k < particles; k++)
                {
                    var i = (k * Rows + r) * latents + d;
                    Assert.Equal(mean + Math.Exp(logVariance / 2) * noise[i], z[i], 1e-13);
                    Assert.Equal(z[i], singleZ[i], 2e-6);
                }
            }
            Assert.Equal(expected, kl[r], 1e-12);
            Assert.Equal(expected, singleKl[r], 1e-6 * (1 + expected));
            for (var k = 0; k < particles; k++)
            {
                var ratio = 0.0;
                for (var d = 0; d < latents; d++)
                {
                    var i = (k * Rows + r) * latents + d;
                    ratio += (noise[i] * noise[i] + head[(2 * r + 1) * latents + d] - z[i] * z[i]) / 2;
                }
                Assert.Equal(ratio, logRatio[k * Rows + r], 1e-12);
                Assert.Equal(ratio, singleRatio[k * Rows + r], 1e-5 * (1 + latents));
            }
        }
    }

    [Fact]
    public void The_divergence_of_a_nearly_collapsed_posterior_keeps_its_digits()
    {
        // ½ (μ² + v²/2 + v³/6), far below the resolution of 1.
        const float Mean = 1e-5f, LogVariance = 2e-5f;
        float[] head = [Mean, LogVariance], kl = new float[1], z = new float[1], noise = [1], logRatio = new float[1];
        fixed (float* h = head, e = noise, pz = z, pk = kl, pr = logRatio) GaussianKernel.Forward(1, 1, 1, h, e, pz, pk, pr);
        var exact = (Math.Pow(Mean, 2) + Math.Pow(LogVariance, 2) / 2 + Math.Pow(LogVariance, 3) / 6) / 2;
        Assert.Equal(exact, kl[0], 1e-6 * exact);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_equals_finite_differences(int particles, int latents)
    {
        const double Step = 1e-6;
        double[] head = Wave(2 * Rows * latents, 1.3), noise = Wave(particles * Rows * latents, 0.7), z = new double[noise.Length], kl = new double[Rows], logRatio = new double[particles * Rows];
        double[] zGradient = Wave(noise.Length, 2.1), klGradient = [0.5, -1, 2], ratioGradient = Wave(logRatio.Length, 0.9), headGradient = new double[head.Length];
        double[] fromZ = new double[head.Length], fromKl = new double[head.Length], fromRatio = new double[head.Length];
        double Objective()
        {
            Forward(particles, latents, head, noise, z, kl, logRatio);
            return z.Zip(zGradient, (a, b) => a * b).Sum() + kl.Zip(klGradient, (a, b) => a * b).Sum() + logRatio.Zip(ratioGradient, (a, b) => a * b).Sum();
        }
        fixed (double* h = head, e = noise, gz = zGradient, gk = klGradient, gr = ratioGradient, g = headGradient, a = fromZ, b = fromKl, c = fromRatio)
        {
            GaussianKernel.Backward(particles, Rows, latents, h, e, gz, gk, gr, g);
            GaussianKernel.Backward(particles, Rows, latents, h, e, gz, null, null, a);
            GaussianKernel.Backward(particles, Rows, latents, h, e, null, gk, null, b);
            GaussianKernel.Backward(particles, Rows, latents, h, e, null, null, gr, c);
        }
        for (var i = 0; i < head.Length; i++)
        {
            var at = head[i];
            head[i] = at + Step;
            var above = Objective();
            head[i] = at - Step;
            Assert.Equal((above - Objective()) / (2 * Step), headGradient[i], 1e-7);
            head[i] = at;
            Assert.Equal(headGradient[i], fromZ[i] + fromKl[i] + fromRatio[i], 1e-12);
        }
    }
}
