using Latent.Distributions.Kernels;

namespace Latent.Tests.Kernels;

public sealed unsafe class BernoulliKernelTests
{
    private static double[] Logits(int count) => [.. Enumerable.Range(0, count).Select(i => 6 * Math.Sin(1.7 * i + 0.3))];

    /// <summary>x l − log(1 + e^l) in double, without cancellation for binary x.</summary>
    private static double Exact(double x, double l)
    {
        var e = Math.Exp(-Math.Abs(l));
        var log1p = e < 1e-5 ? e - e * e / 2 : Math.Log(1 + e);
        return x * l - Math.Max(l, 0) - log1p;
    }

    private static double Sigmoid(double l) => l >= 0 ? 1 / (1 + Math.Exp(-l)) : Math.Exp(l) / (1 + Math.Exp(l));

    private static (float[] LogProb, float[] Residuals) Run(int particles, int rows, int columns, byte[] x, float[] logits)
    {
        var (logProb, residuals) = (new float[particles * rows + 1], new float[logits.Length + 1]);
        logProb[^1] = residuals[^1] = 99;
        fixed (byte* px = x)
        fixed (float* pl = logits, pp = logProb, pr = residuals)
            BernoulliKernel.LogProb(particles, rows, columns, px, pl, pp, pr);
        Assert.Equal(99, logProb[^1]);
        Assert.Equal(99, residuals[^1]);
        return (logProb[..^1], residuals[..^1]);
    }

    [Theory]
    [InlineData(1, 7, 1)]
    [InlineData(1, 3, 7)]
    [InlineData(5, 3, 16)]
    [InlineData(1, 2, 17)]
    [InlineData(3, 2, 67)]
    [InlineData(1, 67, 784)]
    public void Bytes_give_the_definition_for_every_particle(int particles, int rows, int columns)
    {
        byte[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (byte)(i % 7 * (i % 7) % 7 % 2))];
        var logits = Array.ConvertAll(Logits(particles * rows * columns), v => (float)v);
        var (logProb, residuals) = Run(particles, rows, columns, x, logits);
        for (var r = 0; r < particles * rows; r++)
        {
            var expected = 0.0;
            for (var c = 0; c < columns; c++)
            {
                double bit = x[r % rows * columns + c], l = logits[r * columns + c];
                expected += Exact(bit, l);
                Assert.Equal(bit - Sigmoid(l), residuals[r * columns + c], 1.2e-7);
            }
            Assert.Equal(expected, logProb[r], 1e-6 * (1 + Math.Abs(expected)));
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-38f)]
    [InlineData(10f)]
    [InlineData(-10f)]
    [InlineData(80f)]
    [InlineData(-80f)]
    [InlineData(100f)]
    [InlineData(-100f)]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    public void Extreme_logits_keep_their_relative_accuracy(float logit)
    {
        foreach (var bit in (byte[])[0, 1])
        {
            var (logProb, residuals) = Run(1, 1, 1, [bit], [logit]);
            var expected = Exact(bit, logit);
            Assert.Equal(expected, logProb[0], 3e-7 * Math.Abs(expected) + 1e-37);
            Assert.Equal(bit - Sigmoid(logit), residuals[0], 1.2e-7);
        }
    }

    [Fact]
    public void Floats_and_doubles_give_the_definition()
    {
        const int Rows = 2, Columns = 17;
        var logits = Logits(Rows * Columns);
        double[] x = [.. Enumerable.Range(0, Rows * Columns).Select(i => i % 5 / 4.0)];
        double[] logProb = new double[Rows], residuals = new double[x.Length], fromBytes = new double[Rows];
        var singleLogProb = new float[Rows];
        byte[] bits = [.. x.Select(v => (byte)Math.Round(v))];
        double[] rounded = [.. x.Select(v => Math.Round(v))], fromDoubles = new double[Rows];
        float[] singleX = [.. x.Select(v => (float)v)], singleLogits = [.. logits.Select(v => (float)v)];
        fixed (double* px = x, pl = logits, pp = logProb, pr = residuals, pb = fromBytes, prounded = rounded, pd = fromDoubles)
        fixed (float* sx = singleX, sl = singleLogits, sp = singleLogProb)
        fixed (byte* b = bits)
        {
            BernoulliKernel.LogProb(1, Rows, Columns, px, pl, pp, pr);
            BernoulliKernel.LogProb(1, Rows, Columns, sx, sl, sp, (float*)null);
            BernoulliKernel.LogProb(1, Rows, Columns, b, pl, pb, (double*)null);
            BernoulliKernel.LogProb(1, Rows, Columns, prounded, pl, pd, (double*)null);
        }
        for (var r = 0; r < Rows; r++)
        {
            var expected = Enumerable.Range(r * Columns, Columns).Sum(i => Exact(x[i], logits[i]));
            Assert.Equal(expected, logProb[r], 1e-12);
            Assert.Equal(expected, singleLogProb[r], 1e-4);
        }
        Assert.Equal(fromDoubles, fromBytes);
    }

    [Fact]
    public void The_gradient_equals_finite_differences_and_may_take_the_residuals_place()
    {
        const int Rows = 3, Columns = 7;
        const double Step = 1e-6;
        var logits = Logits(Rows * Columns);
        double[] x = [.. Enumerable.Range(0, Rows * Columns).Select(i => (double)(i % 3 % 2))], upstream = [0.5, -2, 3];
        double[] logProb = new double[Rows], residuals = new double[x.Length];
        double Objective()
        {
            fixed (double* px = x, pl = logits, pp = logProb) BernoulliKernel.LogProb(1, Rows, Columns, px, pl, pp, (double*)null);
            return logProb.Zip(upstream, (a, b) => a * b).Sum();
        }
        fixed (double* px = x, pl = logits, pp = logProb, pr = residuals, pu = upstream)
        {
            BernoulliKernel.LogProb(1, Rows, Columns, px, pl, pp, pr);
            BernoulliKernel.Backward(Rows, Columns, pr, pu, pr);
        }
        for (var i = 0; i < logits.Length; i++)
        {
            var at = logits[i];
            logits[i] = at + Step;
            var above = Objective();
            logits[i] = at - Step;
            Assert.Equal((above - Objective()) / (2 * Step), residuals[i], 1e-8);
            logits[i] = at;
        }
    }

    [Fact]
    public void Other_data_types_are_refused()
    {
        Assert.Throws<NotSupportedException>(() =>
        {
            long x = 1;
            float l = 0, p;
            BernoulliKernel.LogProb(1, 1, 1, &x, &l, &p, null);
        });
    }
}
