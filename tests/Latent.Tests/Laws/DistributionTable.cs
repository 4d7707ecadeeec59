using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;
using static Latent.Tests.Laws.Row;

namespace Latent.Tests.Laws;

/// <summary>One row per distribution, and more for edge cases: a new class is tested by adding one.</summary>
public static class DistributionTable
{
    private const int K = 5;
    private const int D = 3;
    private static readonly double[][] Far = [[-1e6], [0], [1e6]];
    private static readonly double[][] OffGrades = [[-1], [2], [-1e300], [double.PositiveInfinity], [double.NegativeInfinity]]; // rounding of the grades themselves is forgiven
    private static readonly double[][] OffUnit = [[-1e-9], [1.0000001], [-1e300], [double.PositiveInfinity], [double.NegativeInfinity]];
    private static readonly double[][] OffLevels = [[-1], [0.5], [11], [1e9], [double.NegativeInfinity], [double.PositiveInfinity]];
    private static readonly double[] Confident = [-700, -40, -1, 0, 1, 40, 700];
    private static readonly double[] NearlyEven = [-0.21, -0.19, -1e-3, 0, 1e-9, 0.02, 0.0199];
    private static readonly double[] Locations = [-1.5, -0.7, -0.1, 0, 0.4, 1.1, 2];

    public static IReadOnlyList<Row> Rows { get; } =
    [
        new("Normal", p => new Normal(p[0], p[1]), Chart.Reals(20)) { Parameters = [Spread([B, D], -2, 2), Spread([B, D], 0.3, 1.5)], Batch = [B, D], Edges = Far },
        new("Normal, scales of 1e-3 and 1e2", p => new Normal(p[0], p[1]), Chart.Reals(1000, [.. Around0()])) { IsSmooth = false, Parameters = [Vector(0, 0, 0, 0, 0, 0, 0), Vector(1e-3, 1e-2, 0.1, 1, 10, 30, 100)], Edges = Far },
        new("DiagonalNormal", p => new DiagonalNormal(p[0], p[1]), Chart.Vectors(D, 9)) { Parameters = [Spread([B, D], -1, 1), Spread([B, D], 0.5, 1.3)], Event = [D], Edges = [[-1e6, 0, 1e6]] },
        new("MultivariateNormal", p => new MultivariateNormal(p[0], p[1]), Chart.Vectors(D, 9)) { Parameters = [Spread([B, D], -1, 1), Factors()], Event = [D], Edges = [[-1e6, 0, 1e6]] },
        new("Independent normal", p => new Independent(new Normal(p[0], p[1]), 1), Chart.Vectors(D, 9)) { Parameters = [Spread([B, D], -1, 1), Spread([B, D], 0.5, 1.3)], Event = [D] },
        new("Independent with no axis", p => new Independent(new Laplace(p[0], p[1]), 0), Chart.Reals(40, Locations)) { Parameters = [Vector(Locations), Spread([B], 0.3, 1.2)] },
        new("Independent coins", p => new Independent(new Bernoulli(p[0]), 1), Coins()) { Parameters = [Spread([B, D], -2, 2)], Event = [D], Edges = [[0, 0.5, 1]] },
        new("Bernoulli", p => new Bernoulli(p[0]), Finite.Range(2)) { Parameters = [Spread([B, D], -3, 3)], Batch = [B, D], Edges = [[0], [0.5], [1]], Outside = OffUnit },
        new("Bernoulli, confident", p => new Bernoulli(p[0]), Finite.Range(2)) { Parameters = [Vector(Confident)], Edges = [[0], [0.5], [1]], Outside = OffUnit },
        new("ContinuousBernoulli", p => new ContinuousBernoulli(p[0]), Chart.Unit) { Parameters = [Spread([B, D], -6, 6)], Batch = [B, D], Edges = [[0], [1e-300], [0.5], [1]], Outside = OffUnit },
        new("ContinuousBernoulli, nearly even", p => new ContinuousBernoulli(p[0]), Chart.Unit) { Parameters = [Vector(NearlyEven)], Edges = [[0], [1]], Outside = OffUnit },
        new("ContinuousBernoulli, steep", p => new ContinuousBernoulli(p[0]), Chart.Unit) { Parameters = [Vector(-500, -60, -1.01, 0.99, 1, 40, 60)], Edges = [[0], [0.5], [1]], Outside = OffUnit },
        new("Categorical", p => new Categorical(p[0]), Finite.Numbers(K)) { Parameters = [Spread([B, D, K], -2, 2)], Batch = [B, D], HasMean = false, Edges = [[0], [K - 1]], Outside = [[-1], [K], [1e9]] },
        new("Categorical, some excluded", p => new Categorical(p[0]), Finite.Numbers(K)) { Parameters = [Excluding()], HasMean = false, Edges = [[0], [1]], Outside = [[-1], [K], [K - 1]] },
        new("OneHotCategorical", p => new OneHotCategorical(p[0]), Finite.OneHot(K)) { Parameters = [Spread([B, K], -2, 2)], Event = [K], Edges = [[0, 0, 0.25, 0.75, 0]], Outside = [[0, 0, 0, 0, 0], [1, 1, 0, 0, 0], [-1, 1, 1, 0, 0]] },
        new("OneHotCategorical, some excluded", p => new OneHotCategorical(p[0]), Finite.OneHot(K)) { Parameters = [Excluding()], Event = [K], Edges = [[1, 0, 0, 0, 0]], Outside = [[0, 0, 0, 0, 1]] },
        new("Uniform", p => new Uniform(p[0], p[1]), Chart.Reals(5, [.. Locations, .. Ends()])) { Parameters = [Vector(Locations), Vector(Ends())], Edges = [[2.0000001]], Outside = [[-3], [5], [double.PositiveInfinity]] },
        new("Logistic", p => new Logistic(p[0], p[1]), Chart.Reals(60)) { Parameters = [Spread([B, D], -2, 2), Spread([B, D], 0.4, 1.2)], Batch = [B, D], Edges = Far },
        new("Laplace", p => new Laplace(p[0], p[1]), Chart.Reals(50, Locations)) { Parameters = [Vector(Locations), Spread([B], 0.3, 1.2)], Edges = [.. Far, [-1.5]] },
        new("DiscretizedLogistic", p => new DiscretizedLogistic(p[0], p[1], 11), Finite.Range(11)) { Parameters = [Vector(-3, 0, 2.2, 5, 7.7, 10, 14), Spread([B], 0.4, 3)], HasEntropy = false, Edges = [[0], [10]], Outside = OffLevels },
        new("DiscretizedLogistic, two levels", p => new DiscretizedLogistic(p[0], p[1], 2), Finite.Range(2)) { Parameters = [Spread([B], -1, 2), Spread([B], 0.2, 1)], HasEntropy = false, Edges = [[0], [1]], Outside = OffUnit },
        new("DiscretizedLogistic, sharp and far", p => new DiscretizedLogistic(p[0], p[1]), Finite.Range(256)) { IsSmooth = false, Parameters = [Vector(-1e3, 0, 100, 127.4, 128, 255, 1e3), Vector(1, 1e-3, 0.05, 0.01, 100, 1e-3, 3)], HasEntropy = false, Edges = [[0], [127], [255]], Outside = [[-1], [256], [127.5]] },
        new("DiscretizedLogisticMixture", p => new DiscretizedLogisticMixture(p[0], p[1], p[2], 11), Finite.Range(11)) { Parameters = [Spread([B, K], -1, 1), Spread([B, K], -2, 12), Spread([B, K], 0.3, 2)], HasEntropy = false, Edges = [[0], [10]], Outside = OffLevels },
        new("Gamma", p => new Gamma(p[0], p[1]), Chart.Positive) { Parameters = [Vector(0.5, 0.9, 1, 1.1, 2.5, 7, 20), Spread([B], 0.4, 3)], Edges = [[1e-300], [1e6]], Outside = [[0], [-1], [double.NegativeInfinity]] },
        new("Beta", p => new Beta(p[0], p[1]), Chart.Unit) { Parameters = [Vector(0.5, 0.9, 1, 1.1, 2.5, 7, 20), Vector(0.9, 3, 1, 0.8, 11, 5, 2)], Edges = [[1e-300], [0.5], [1 - 1e-16]], Outside = [[0], [1], .. OffUnit] },
        new("Mixture", p => new Mixture(p[0], new Normal(p[1], p[2])), Chart.Reals(20)) { Parameters = [Spread([B, K], -1, 1), Spread([B, K], -3, 3), Spread([B, K], 0.4, 1.1)], HasEntropy = false, Edges = Far },
        new("Mixture of vectors", p => new Mixture(p[0], new DiagonalNormal(p[1], p[2])), Chart.Vectors(2, 9)) { Parameters = [Spread([B, K], -1, 1), Spread([B, K, 2], -1, 1), Spread([B, K, 2], 0.6, 1.1)], Event = [2], HasEntropy = false },
        new("Mixture of intervals", p => new Mixture(p[0], new Uniform(p[1], p[1] + 1)), Chart.Reals(5, [-2.5, -1.5, 0, 1])) { Parameters = [Spread([B, 2], -1, 1), (Repeat(-2.5, 0), [B, 2])], HasEntropy = false, Outside = [[-1], [3], [double.PositiveInfinity]] },
        new("RelaxedBernoulli", p => new RelaxedBernoulli(p[0], 0.7), Chart.Unit) { Parameters = [Spread([B], -2, 2)], HasMean = false, HasEntropy = false, Edges = [[1e-300], [1 - 1e-16]], Outside = [[0], [1], .. OffUnit] },
        new("RelaxedOneHotCategorical", p => new RelaxedOneHotCategorical(p[0], 0.8), Chart.Simplex(D)) { Parameters = [Spread([B, D], -1, 1)], Event = [D], HasMean = false, HasEntropy = false, Edges = [[1e-300, 1e-300, 1]], Outside = [[0, 0.5, 0.5], [0.5, 0.5, 0.5], [-1, 1, 1]] },
        new("Delta", p => new Delta(p[0]), new Finite(i => Tensor.From(Vector(Locations).Values)[i].Reshape([1]))) { Parameters = [Vector(Locations)], Outside = [[5]] },
        new("Quantized", p => new Quantized(p[0], 5), new Finite(i => Tensor.From([new[] { 0, 0, 0.25, 0.5, 0.5, 1, 1 }[i]]))) { Parameters = [Vector(-0.3, 0.05, 0.25, 0.41, 0.59, 0.99, 1.7)], Outside = [[0.75], [0.1], [-0.25], [5], [double.PositiveInfinity]] },
        new("Delta of vectors", p => new Delta(p[0], 1), new Finite(i => Values(Spread([B, D], -1, 1))[i].Reshape([1, D]))) { Parameters = [Spread([B, D], -1, 1)], Event = [D], Outside = [[5, 5, 5]] },
        new("Transformed normal, log-normal", p => new Transformed(new Normal(p[0], p[1]), new Exp()), Chart.Positive) { Parameters = [Spread([B, D], -1, 1), Spread([B, D], 0.3, 1)], Batch = [B, D], HasMean = false, HasEntropy = false, Edges = [[1e-300], [1e6]], Outside = [[0], [-1], [double.NegativeInfinity], [double.PositiveInfinity]] },
        new("Transformed normal, logit-normal", p => new Transformed(new Normal(p[0], p[1]), new Sigmoid()), Chart.Unit) { Parameters = [Spread([B], -2, 2), Spread([B], 0.3, 1.5)], HasMean = false, HasEntropy = false, Edges = [[1e-300], [0.5], [1 - 1e-16]], Outside = [[0], [1], .. OffUnit] },
        new("Transformed normal through tanh", p => new Transformed(new Normal(p[0], p[1]), new Tanh()), BetweenOnes(1, 37, 100)) { Parameters = [Spread([B], -1, 1), Spread([B], 0.3, 1)], HasMean = false, HasEntropy = false, Edges = [[-1 + 1e-16], [0], [1 - 1e-16]], Outside = [[-1], [1], [7], [double.NegativeInfinity]] },
        new("Transformed logistic through softplus", p => new Transformed(new Logistic(p[0], p[1]), new Softplus()), Chart.Positive) { Parameters = [Spread([B], -2, 2), Spread([B], 0.3, 1)], HasMean = false, HasEntropy = false, Edges = [[1e-300], [1e6]], Outside = [[0], [-1], [double.PositiveInfinity]] },
        new("Transformed Laplace, mirrored", p => new Transformed(new Laplace(p[0].ZerosLike(), p[0].OnesLike()), new Affine(p[0], p[1])), Chart.Reals(50, Locations)) { Parameters = [Vector(Locations), Spread([B], -1.2, -0.3)], HasMean = false, HasEntropy = false, Edges = [.. Far, [-1.5]] },
        new("Transformed, base without batch", p => new Transformed(new Normal(p[0].ZerosLike().Sum(), p[0].OnesLike().Mean()), new Affine(p[0], p[1])), Chart.Reals(20)) { Parameters = [Spread([B], -2, 2), Spread([B], 0.3, 1.5)], HasMean = false, HasEntropy = false, Edges = Far },
        new("Transformed uniform, a logit", p => new Transformed(new Uniform(p[0].ZerosLike(), p[0].OnesLike()), new Sigmoid().Inverted.Then(new Affine(p[0], p[1]))), Chart.Reals(60)) { Parameters = [Spread([B], -2, 2), Spread([B], 0.4, 1.2)], HasMean = false, HasEntropy = false, Edges = Far },
        new("Transformed by a chain of vectors", p => new Transformed(new Normal(p[0], p[1]), new Tanh().Then(new Permutation(1, 0)).Then(new Affine(p[2], p[3], 1))), BetweenOnes(2, 20, 20)) { Parameters = [Spread([B, 2], -1, 1), Spread([B, 2], 0.3, 0.8), (Repeat(0, 0), [B, 2]), (Repeat(1, -1), [B, 2])], Event = [2], HasMean = false, HasEntropy = false, Edges = [[0.999, -0.999]], Outside = [[0, 1.5], [-7, 0]] },
        new("Transformed by a permutation", p => new Transformed(new DiagonalNormal(p[0], p[1]), new Permutation(2, 0, 1)), Chart.Vectors(D, 9)) { Parameters = [Spread([B, D], -1, 1), Spread([B, D], 0.5, 1.3)], Event = [D], HasMean = false, HasEntropy = false, Edges = [[-1e6, 0, 1e6]] },
        new("Autoregression", p => Chain(p[0]), Coins()) { Parameters = [Spread([B, D], -1, 1)], Event = [D], HasMean = false, HasEntropy = false, Edges = [[0, 1, 1], [1, 0, 0]] },
        new("EqualMixture of a normal and a Laplace", p => new EqualMixture([new Normal(p[0], p[1]), new Laplace(p[2], p[3])]), Chart.Reals(40, Locations)) { Parameters = [Spread([B], -2, 2), Spread([B], 0.4, 1.1), Vector(Locations), Spread([B], 0.3, 1.2)], HasEntropy = false, Edges = [.. Far, [-1.5]] },
        new("EqualMixture of intervals", p => new EqualMixture([new Uniform(p[0], p[0] + 1), new Uniform(p[1], p[1] + 1)]), Chart.Reals(5, [-2.5, -1.5, 0, 1])) { Parameters = [(Repeat(-2.5), [B]), (Repeat(0), [B])], HasEntropy = false, Outside = [[-1], [3], [double.PositiveInfinity]] },
        new("Graded categorical", p => new Graded(new Categorical(p[0]), K), Fractions(K)) { Parameters = [Spread([B, D, K], -2, 2)], Batch = [B, D], Edges = [[0], [0.5001], [1]], Outside = [[0.3], .. OffGrades] },
        new("Graded logistic", p => new Graded(new DiscretizedLogistic(p[0], p[1], 11), 11), Fractions(11)) { Parameters = [Vector(-3, 0, 2.2, 5, 7.7, 10, 14), Spread([B], 0.4, 3)], HasEntropy = false, Edges = [[0], [1]], Outside = [[0.05], .. OffGrades] },
        new("PixelMixture", p => new PixelMixture(p[0], p[1], p[2], p[3], 3), Pixels(3, 3)) { Parameters = [Spread([B, 2], -1, 1), Spread([B, 2, 3], -0.5, 2.5), Spread([B, 2, 3], 0.3, 0.9), Spread([B, 2, 3], -0.8, 0.7)], Event = [3], HasMean = false, HasEntropy = false, Edges = [[0, 2, 1]], Outside = [[0, 1, 3], [0.5, 0, 0], [0, -1, 1]] },
        new("PixelMixture of one colour", p => new PixelMixture(p[0], p[1], p[2], p[2].Slice(-1, 1), 11), Pixels(11, 1)) { Parameters = [Spread([B, K], -1, 1), Spread([B, K, 1], -2, 12), Spread([B, K, 1], 0.3, 2)], Event = [1], HasMean = false, HasEntropy = false, Edges = [[0], [10]], Outside = OffLevels },
        new("Independent transformed", p => new Independent(new Transformed(new Normal(p[0], p[1]), new Exp()), 1), new Chart(2, -7, 7, 10, t => t.Exp(), x => x.Log(), t => t.Sum(-1), [])) { Parameters = [Spread([B, 2], -1, 1), Spread([B, 2], 0.4, 0.9)], Event = [2], HasMean = false, HasEntropy = false, Edges = [[1e-300, 1e6]], Outside = [[0, 1], [-1, -1]] },
    ];

    private static (double[] Values, long[] Shape) Vector(params double[] values) => (values, [values.Length]);

    private static Tensor Values((double[] Values, long[] Shape) parameter) => Tensor.From(parameter.Values, parameter.Shape);

    /// <summary>Numbers all over an interval.</summary>
    private static (double[] Values, long[] Shape) Spread(long[] shape, double from, double to)
    {
        var values = new double[new Shape(shape).Elements];
        new Rng(19).Fork($"{from} {to}").Uniform(values);
        return ([.. values.Select(u => from + (to - from) * u)], shape);
    }

    private static double[] Ends() => [.. Locations.Select((a, i) => a + 0.5 + i / 4.0)];

    private static IEnumerable<double> Around0() => Enumerable.Range(0, 30).SelectMany(i => new[] { Math.Pow(2, -i), -Math.Pow(2, -i) }).Append(0);

    private static double[] Repeat(params double[] values) => [.. Enumerable.Range(0, B).SelectMany(_ => values)];

    /// <summary>Lower triangular matrices, and above the diagonal numbers that must not count.</summary>
    private static (double[] Values, long[] Shape) Factors()
    {
        var (values, shape) = Spread([B, D, D], -0.6, 0.6);
        for (var i = 0; i < values.Length; i++)
            if (i % (D * D) / D == i % D) values[i] = 0.8 + 0.4 * values[i];
        return (values, shape);
    }

    /// <summary>Logits without the last category.</summary>
    private static (double[] Values, long[] Shape) Excluding()
    {
        var (values, shape) = Spread([B, K], -1, 1);
        for (var i = K - 1; i < values.Length; i += K) values[i] = double.NegativeInfinity;
        return (values, shape);
    }

    /// <summary>Coordinates x = tanh(t/2).</summary>
    private static Chart BetweenOnes(int dimensions, double reach, int panels) => new(
        dimensions, -reach, reach, panels,
        t => dimensions == 1 ? (t * 0.5).Tanh().Squeeze(-1) : (t * 0.5).Tanh(),
        x => (x.Log1P() - (-x).Log1P()).Reshape([-1, dimensions]),
        t => (t.LogSigmoid() + (-t).LogSigmoid() + Math.Log(2)).Sum(-1), []);

    /// <summary>Coins of which each depends on how many of those before it show heads.</summary>
    private static Autoregression Chain(Tensor logits)
    {
        Bernoulli Given(Tensor x) => new(logits + 0.7 * (x.CumSum(-1) - x));
        return new(logits.Shape[..^1], [D], [], Given, x => i => new Bernoulli(Given(x).Logits.Select(-1, i))) { ElementType = logits.ElementType };
    }

    private static Finite Fractions(int count) => new(_ => Tensor.Arange(count, dtype: ElementType.Float64) / (count - 1));

    /// <summary>All pixels of so many colours.</summary>
    private static Finite Pixels(int levels, int colors)
    {
        var count = (int)Math.Pow(levels, colors);
        return new(_ => Tensor.From([.. Enumerable.Range(0, count).SelectMany(n => Enumerable.Range(0, colors).Select(c => (double)(n / (int)Math.Pow(levels, c) % levels)))], [count, colors]));
    }

    /// <summary>All results of D coins.</summary>
    private static Finite Coins() => new(_ => Tensor.From([.. Enumerable.Range(0, 1 << D).SelectMany(n => Enumerable.Range(0, D).Select(d => (double)(n >> d & 1)))], [1 << D, D]));
}
