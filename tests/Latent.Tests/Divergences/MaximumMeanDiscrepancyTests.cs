using Latent.Divergences;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Divergences;

public sealed class MaximumMeanDiscrepancyTests : ScopedTest
{
    private const int N = 7;
    private const int M = 5;
    private const int D = 3;
    private static readonly Rng Stream = new(22);

    private static readonly Dictionary<string, (Kernel Kernel, Func<double[], double[], double> Definition)> Kernels = new()
    {
        ["Gaussian"] = (Kernel.Gaussian(0.5, 2), (x, y) => (Math.Exp(-Squared(x, y) / 0.5) + Math.Exp(-Squared(x, y) / 8)) / 2),
        ["InverseMultiquadric"] = (Kernel.InverseMultiquadric(1, 6), (x, y) => (1 / (1 + Squared(x, y)) + 6 / (6 + Squared(x, y))) / 2),
        ["Laplace"] = (Kernel.Laplace(0.7, 3), (x, y) => (Math.Exp(-Absolute(x, y) / 0.7) + Math.Exp(-Absolute(x, y) / 3)) / 2),
    };

    public static TheoryData<string> Names => [.. Kernels.Keys];

    private static double Squared(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();

    private static double Absolute(double[] x, double[] y) => x.Zip(y, (a, b) => Math.Abs(a - b)).Sum();

    private static Tensor Samples(string name, int count) => Stream.Fork(name).Normal([count, D], ElementType.Float64);

    private static double[][] Rows(Tensor x) => [.. x.ToArray<double>().Chunk(D)];

    [Theory, MemberData(nameof(Names))]
    public void Matrix_and_pairs_equal_the_definition_far_from_the_origin_too(string name) => Scoped(() =>
    {
        var (kernel, definition) = Kernels[name];
        foreach (var offset in new[] { 0.0, 1e4 })
        {
            var (x, y) = (Samples("x", N) + offset, Samples("y", M) + offset);
            var expected = from a in Rows(x) from b in Rows(y) select definition(a, b);
            Assert.All(expected.Zip(kernel.Matrix(x, y).Reshape([-1]).ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-9));
            Assert.Equal(new Shape([N, M]), kernel.Matrix(x, y).Shape);
            var pairs = kernel.Pairs(x.Slice(0, 0, M), y).ToArray<double>();
            Assert.All(Rows(x).Zip(Rows(y), definition).Zip(pairs), p => Assert.Equal(p.First, p.Second, 1e-12));
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Estimates_equal_their_definitions(string name) => Scoped(() =>
    {
        var (kernel, k) = Kernels[name];
        var (x, y) = (Samples("x", N), Samples("y", M));
        var (a, b) = (Rows(x), Rows(y));
        double Mean(double[][] u, double[][] v, bool all) => (from i in Enumerable.Range(0, u.Length) from j in Enumerable.Range(0, v.Length) where all || i != j select k(u[i], v[j])).Average();
        Assert.Equal(Mean(a, a, false) + Mean(b, b, false) - 2 * Mean(a, b, true), MaximumMeanDiscrepancy.Quadratic(kernel, x, y).Item<double>(), 1e-12);

        var same = Samples("z", N); // the seventh of each has no partner
        var c = Rows(same);
        var expected = Enumerable.Range(0, 3).Average(i => k(a[i], a[i + 3]) + k(c[i], c[i + 3]) - k(a[i], c[i + 3]) - k(a[i + 3], c[i]));
        Assert.Equal(expected, MaximumMeanDiscrepancy.Linear(kernel, x, same).Item<double>(), 1e-12);
    });

    [Theory, MemberData(nameof(Names))]
    public void Both_estimates_are_unbiased(string name) => Scoped(() =>
    {
        // The mean over many small samples, against one large one.
        var kernel = Kernels[name].Kernel;
        const int Repeats = 400, Large = 3000;
        var reference = MaximumMeanDiscrepancy.Quadratic(kernel, Samples("large x", Large), Samples("large y", Large) * 1.5 + 0.5).Item<double>();
        var (quadratic, linear) = (new double[Repeats], new double[Repeats]);
        for (var i = 0; i < Repeats; i++)
        {
            using var scope = TensorScope.Open();
            var (x, y) = (Stream.Fork("x", i).Normal([10, D], ElementType.Float64), Stream.Fork("y", i).Normal([10, D], ElementType.Float64) * 1.5 + 0.5);
            (quadratic[i], linear[i]) = (MaximumMeanDiscrepancy.Quadratic(kernel, x, y).Item<double>(), MaximumMeanDiscrepancy.Linear(kernel, x, y).Item<double>());
        }
        foreach (var estimates in new[] { quadratic, linear })
        {
            var mean = estimates.Average();
            var error = Math.Sqrt(estimates.Sum(e => (e - mean) * (e - mean)) / (Repeats - 1.0) / Repeats);
            Assert.InRange(mean, reference - 5 * error, reference + 5 * error);
            Assert.True(reference > 5 * error, $"The difference {reference} would not show beside {error}.");
        }
        Assert.Equal(0, MaximumMeanDiscrepancy.Quadratic(kernel, Samples("large x", Large), Samples("another", Large)).Item<double>(), 2e-3);
    });

    [Theory, MemberData(nameof(Names))]
    public void Gradients_equal_finite_differences(string name) => Scoped(() =>
    {
        var kernel = Kernels[name].Kernel;
        Assert.InRange(Derivatives.GradientDeviation(t => MaximumMeanDiscrepancy.Quadratic(kernel, t[0], t[1]), Samples("x", N), Samples("y", M)), 0, 1e-7);
        Assert.InRange(Derivatives.GradientDeviation(t => MaximumMeanDiscrepancy.Linear(kernel, t[0], t[1]), Samples("x", N), Samples("y", N)), 0, 1e-7);
    });

    [Fact]
    public void Axes_of_an_event_are_one_vector() => Scoped(() =>
    {
        var (x, y) = (Samples("x", 8), Samples("y", 8));
        var kernel = Kernel.Gaussian(1);
        Assert.Equal(MaximumMeanDiscrepancy.Quadratic(kernel, x.Reshape([4, 6]), y.Reshape([4, 6])).Item<double>(), MaximumMeanDiscrepancy.Quadratic(kernel, x.Reshape([4, 2, 3]), y.Reshape([4, 2, 3])).Item<double>());
        Assert.Equal(MaximumMeanDiscrepancy.Linear(kernel, x.Reshape([4, 6]), y.Reshape([4, 6])).Item<double>(), MaximumMeanDiscrepancy.Linear(kernel, x.Reshape([4, 2, 3]), y.Reshape([4, 2, 3])).Item<double>(), 1e-15);
    });

    [Fact]
    public void Wrong_samples_and_scales_are_refused() => Scoped(() =>
    {
        var kernel = Kernel.Laplace(1);
        Assert.Throws<ArgumentException>(() => MaximumMeanDiscrepancy.Quadratic(kernel, Tensor.Zeros([N, D]), Tensor.Zeros([N, D + 1])));
        Assert.Throws<ArgumentException>(() => MaximumMeanDiscrepancy.Quadratic(kernel, Tensor.Zeros([1, D]), Tensor.Zeros([N, D])));
        Assert.Throws<ArgumentException>(() => MaximumMeanDiscrepancy.Linear(kernel, Tensor.Zeros([N, D]), Tensor.Zeros([M, D])));
        Assert.Throws<ArgumentException>(() => Kernel.Gaussian());
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernel.InverseMultiquadric(1, 0));
    });
}
