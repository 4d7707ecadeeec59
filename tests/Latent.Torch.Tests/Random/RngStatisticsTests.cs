using MathNet.Numerics.Distributions;

namespace Latent.Torch.Tests.Random;

/// <summary>
/// The fills follow their distributions. A right generator fails any one of these checks, over all choices of seeds, with probability
/// at most 2e-5: each may fail with that budget divided by their number (Bonferroni). The seeds are fixed, so the outcome is too.
/// </summary>
public sealed class RngStatisticsTests
{
    private const double FalseAlarmBudget = 2e-5;
    private const int Many = 1 << 18;
    private const int Some = 100_003;

    private static readonly Dictionary<string, Func<Rng, double>> Checks = new()
    {
        ["bits: each of the 64 is set half of the time"] = stream =>
        {
            var words = Drawn<ulong>(stream, (rng, x) => rng.Bits(x), Some);
            return PValues.Sum(Enumerable.Range(0, 64).Sum(bit => Square(words.Sum(w => (double)(w >> bit & 1)) - Some / 2.0) / (Some / 4.0)), 64, 1, 2);
        },
        ["bits: bytes"] = stream => PValues.ChiSquare(Counts(Drawn<byte>(stream, (rng, x) => rng.Bits(x), Many), 256, b => b)),
        ["bits: neighbouring nibbles"] = stream =>
        {
            var bytes = Drawn<byte>(stream, (rng, x) => rng.Bits(x), Many);
            return PValues.ChiSquare(Counts(Enumerable.Range(1, Many - 1), 256, i => bytes[i - 1] >> 4 | bytes[i] & 0xF0));
        },

        ["uniform float: distribution"] = stream => PValues.KolmogorovSmirnov(Doubles(Drawn<float>(stream, (rng, x) => rng.Uniform(x), Some)), x => x),
        ["uniform double: distribution"] = stream => PValues.KolmogorovSmirnov(Drawn<double>(stream, (rng, x) => rng.Uniform(x), Some), x => x),
        ["uniform float: mean"] = stream => PValues.Sum(Doubles(Drawn<float>(stream, (rng, x) => rng.Uniform(x), Many)).Sum(), Many, 0.5, 1.0 / 12),
        ["uniform double: mean"] = stream => PValues.Sum(Drawn<double>(stream, (rng, x) => rng.Uniform(x), Many).Sum(), Many, 0.5, 1.0 / 12),
        ["uniform float: neighbours"] = stream => Joint(Doubles(Drawn<float>(stream, (rng, x) => rng.Uniform(x), Many)), 1),
        ["uniform float: partners in a tile"] = stream => Joint(Doubles(Drawn<float>(stream, (rng, x) => rng.Uniform(x), Many)), 16),
        ["uniform float: neighbouring tiles"] = stream => Joint(Doubles(Drawn<float>(stream, (rng, x) => rng.Uniform(x), Many)), 64),
        ["uniform double: neighbours"] = stream => Joint(Drawn<double>(stream, (rng, x) => rng.Uniform(x), Many), 1),

        ["exponential float: distribution"] = stream =>
            PValues.KolmogorovSmirnov(Doubles(Drawn<float>(stream, (rng, x) => rng.Exponential(x), Some)), x => -Math.Exp(-x) + 1),
        ["exponential double: distribution"] = stream =>
            PValues.KolmogorovSmirnov(Drawn<double>(stream, (rng, x) => rng.Exponential(x), Some), x => -Math.Exp(-x) + 1),
        ["exponential float: mean"] = stream => PValues.Sum(Doubles(Drawn<float>(stream, (rng, x) => rng.Exponential(x), Many)).Sum(), Many, 1, 1),
        ["gumbel float: distribution"] = stream =>
            PValues.KolmogorovSmirnov(Doubles(Drawn<float>(stream, (rng, x) => rng.Gumbel(x), Some)), x => Math.Exp(-Math.Exp(-x))),
        ["gumbel double: distribution"] = stream =>
            PValues.KolmogorovSmirnov(Drawn<double>(stream, (rng, x) => rng.Gumbel(x), Some), x => Math.Exp(-Math.Exp(-x))),
        ["gumbel float: mean"] = stream =>
            PValues.Sum(Doubles(Drawn<float>(stream, (rng, x) => rng.Gumbel(x), Many)).Sum(), Many, MathNet.Numerics.Constants.EulerMascheroni, Math.PI * Math.PI / 6),

        ["normal float: distribution"] = stream => PValues.KolmogorovSmirnov(Normals32(stream, Some), Phi),
        ["normal double: distribution"] = stream => PValues.KolmogorovSmirnov(Normals64(stream, Some), Phi),
        ["normal float: mean"] = stream => PValues.Sum(Normals32(stream, Many).Sum(), Many, 0, 1),
        ["normal float: variance"] = stream => PValues.Sum(Normals32(stream, Many).Sum(Square), Many, 1, 2),
        ["normal float: third moment"] = stream => PValues.Sum(Normals32(stream, Many).Sum(x => x * x * x), Many, 0, 15),
        ["normal float: fourth moment"] = stream => PValues.Sum(Normals32(stream, Many).Sum(x => Square(x * x)), Many, 3, 96),
        ["normal double: mean"] = stream => PValues.Sum(Normals64(stream, Many).Sum(), Many, 0, 1),
        ["normal double: variance"] = stream => PValues.Sum(Normals64(stream, Many).Sum(Square), Many, 1, 2),
        ["normal double: third moment"] = stream => PValues.Sum(Normals64(stream, Many).Sum(x => x * x * x), Many, 0, 15),
        ["normal double: fourth moment"] = stream => PValues.Sum(Normals64(stream, Many).Sum(x => Square(x * x)), Many, 3, 96),
        ["normal float: tails"] = stream => NormalTails(Normals32(stream, 4 * Many)),
        ["normal double: tails"] = stream => NormalTails(Normals64(stream, 4 * Many)),
        ["normal float: correlation of a pair"] = stream => Correlation(Normals32(stream, Many), 16),
        ["normal double: correlation of a pair"] = stream => Correlation(Normals64(stream, Many), 8),
        ["normal float: correlation of neighbours"] = stream => Correlation(Normals32(stream, Many), 1),
        ["normal float: a pair"] = stream => Joint(Normals32(stream, Many).Select(Phi), 16),
        ["normal double: a pair"] = stream => Joint(Normals64(stream, Many).Select(Phi), 8),
        ["normal float: squares of a pair"] = stream =>
        {
            var x = Normals32(stream, Many).Select(x => x * x - 1).ToArray();
            return PValues.Sum(Enumerable.Range(0, Many - 16).Sum(i => x[i] * x[i + 16]), Many - 16, 0, 4);
        },
        ["normal float: first elements of rows"] = stream =>
        {
            var x = new float[1];
            return PValues.KolmogorovSmirnov(Enumerable.Range(0, Some).Select(i => { stream.Row(i).Normal(x); return (double)x[0]; }), Phi);
        },
        ["normal float: neighbouring rows"] = stream =>
        {
            var x = new float[16 * 4099];
            for (var row = 0; row < 4099; row++) stream.Row(row).Normal(x.AsSpan(16 * row, 16));
            return Joint(Doubles(x).Select(Phi), 16);
        },

        ["bernoulli bytes: 1"] = stream => Bernoulli(stream, 1),
        ["bernoulli bytes: 2"] = stream => Bernoulli(stream, 2),
        ["bernoulli bytes: 51"] = stream => Bernoulli(stream, 51),
        ["bernoulli bytes: 127"] = stream => Bernoulli(stream, 127),
        ["bernoulli bytes: 128"] = stream => Bernoulli(stream, 128),
        ["bernoulli bytes: 200"] = stream => Bernoulli(stream, 200),
        ["bernoulli bytes: 254"] = stream => Bernoulli(stream, 254),
        ["bernoulli floats: 0.0001"] = stream => Bernoulli(stream, 0.0001f),
        ["bernoulli floats: 0.3"] = stream => Bernoulli(stream, 0.3f),
        ["bernoulli floats: 0.5"] = stream => Bernoulli(stream, 0.5f),
        ["bernoulli floats: 0.999"] = stream => Bernoulli(stream, 0.999f),
        ["bernoulli bytes: neighbours"] = stream =>
        {
            var grey = new byte[Many];
            Array.Fill(grey, (byte)85);
            var drawn = Drawn<byte>(stream, (rng, x) => rng.Bernoulli(grey, x), Many);
            return PValues.ChiSquare(Counts(Enumerable.Range(0, Many / 2), 4, i => drawn[2 * i] + 2 * drawn[2 * i + 1]), [4 / 9.0, 2 / 9.0, 2 / 9.0, 1 / 9.0]);
        },

        ["integers: 7"] = stream => PValues.ChiSquare(Counts(Drawn<long>(stream, (rng, x) => rng.Integers(x, -3, 4), Some), 7, x => (int)(x + 3))),
        ["integers: 1000"] = stream => PValues.ChiSquare(Counts(Drawn<long>(stream, (rng, x) => rng.Integers(x, 0, 1000), Many), 1000, x => (int)x)),
        ["integers: remainders of many"] = stream =>
            PValues.ChiSquare(Counts(Drawn<long>(stream, (rng, x) => rng.Integers(x, 0, 3L << 61), Some), 3, x => (int)(x % 3))),
        ["integers: thirds of many"] = stream =>
            PValues.ChiSquare(Counts(Drawn<long>(stream, (rng, x) => rng.Integers(x, 0, 3L << 61), Some), 3, x => (int)(x >> 61))),

        ["categorical float"] = stream =>
        {
            var logits = Enumerable.Repeat<float[]>([0.5f, float.NegativeInfinity, -2, 1, 0, -5], Some).SelectMany(x => x).ToArray();
            return Categorical(Drawn<long>(stream, (rng, x) => rng.Categorical(logits, x), Some), [0.5, -2, 1, 0, -5], [0, 2, 3, 4, 5]);
        },
        ["categorical double"] = stream =>
        {
            var logits = Enumerable.Repeat<double[]>([100, 101, 99], Some).SelectMany(x => x).ToArray();
            return Categorical(Drawn<long>(stream, (rng, x) => rng.Categorical(logits, x), Some), [0, 1, -1], [0, 1, 2]);
        },

        ["permutations of 4"] = stream =>
        {
            var x = new long[4];
            return PValues.ChiSquare(Counts(Enumerable.Range(0, Some), 24, i =>
            {
                stream.Row(i).Permutation(x);
                // Lehmer code: how many later ones are smaller.
                return 6 * x[1..].Count(y => y < x[0]) + 2 * x[2..].Count(y => y < x[1]) + (x[3] < x[2] ? 1 : 0);
            }));
        },
        ["permutations of 11: places of the first and of the last"] = stream =>
        {
            var x = new long[11];
            return PValues.ChiSquare(Counts(Enumerable.Range(0, Some), 11 * 10, i =>
            {
                stream.Row(i).Permutation(x);
                var (first, last) = (Array.IndexOf(x, 0), Array.IndexOf(x, 10));
                return 10 * first + (last > first ? last - 1 : last);
            }));
        },

        ["streams: neighbouring seeds"] = _ => Joint(new Rng(0), new Rng(1)),
        ["streams: a fork and its parent"] = stream => Joint(new Rng(2), stream.Fork("z")),
        ["streams: two names"] = stream => Joint(stream.Fork("a"), stream.Fork("b")),
        ["streams: two steps"] = stream => Joint(stream.Fork("z", 1), stream.Fork("z", 2)),
        ["streams: two rows"] = stream => Joint(stream.Row(0), stream.Row(1)),
        ["streams: two distant rows"] = stream => Joint(stream.Row(1), stream.Row(1L << 40)),
        ["streams: forks of two rows"] = stream => Joint(stream.Row(1).Fork("z"), stream.Row(2).Fork("z")),
        ["streams: keys of forks"] = stream =>
            PValues.ChiSquare(Counts(Enumerable.Range(0, Some), 256, step => (int)(stream.Fork("z", step).Key >> 56))),
        ["streams: correlations of 40 forks"] = stream =>
        {
            const int n = 10_007;
            var x = Enumerable.Range(0, 40).Select(i => { var y = new double[n]; stream.Fork("z", i).Normal(y); return y; }).ToArray();
            // The sum of squares of 780 uncorrelated correlations, each of mean 0 and variance 1/n and all but normal.
            var pairs = Enumerable.Range(0, 40).SelectMany(i => Enumerable.Range(0, i).Select(j => x[i].Zip(x[j], (a, b) => a * b).Sum()));
            var statistic = pairs.Sum(Square) / n;
            return PValues.Sum(statistic, 780, 1, 2);
        },
    };

    public static TheoryData<string> Names => [.. Checks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Distribution_is_right(string check)
    {
        var p = Checks[check](new Rng(20).Fork(check));

        Assert.True(p > FalseAlarmBudget / Checks.Count, $"Data this strange have probability {p:G3}.");
    }

    private delegate void Filler<T>(Rng rng, Span<T> destination);

    private static T[] Drawn<T>(Rng stream, Filler<T> fill, int count)
    {
        var drawn = new T[count];
        fill(stream, drawn);
        return drawn;
    }

    private static double[] Normals32(Rng stream, int count) => Doubles(Drawn<float>(stream, (rng, x) => rng.Normal(x), count));

    private static double[] Normals64(Rng stream, int count) => Drawn<double>(stream, (rng, x) => rng.Normal(x), count);

    private static double[] Doubles(float[] x) => Array.ConvertAll(x, v => (double)v);

    private static double Square(double x) => x * x;

    private static double Phi(double x) => Normal.CDF(0, 1, x);

    private static long[] Counts<T>(IEnumerable<T> sample, int cells, Func<T, int> cell)
    {
        var counts = new long[cells];
        foreach (var x in sample) counts[cell(x)]++;
        return counts;
    }

    /// <summary>Chi-square of 16 × 16 cells: uniform variates and those a lag later, each variate in one couple.</summary>
    private static double Joint(IEnumerable<double> uniform, int lag)
    {
        var u = uniform.ToArray();
        var firsts = Enumerable.Range(0, u.Length - lag).Where(i => i / lag % 2 == 0);
        return PValues.ChiSquare(Counts(firsts, 256, i => (int)(16 * u[i]) * 16 + (int)(16 * u[i + lag])));
    }

    /// <summary>Chi-square of 16 × 16 cells: the same elements of two streams.</summary>
    private static double Joint(Rng first, Rng second)
    {
        var (a, b) = (new float[Many], new float[Many]);
        first.Uniform(a);
        second.Uniform(b);
        return PValues.ChiSquare(Counts(Enumerable.Range(0, Many), 256, i => (int)(16 * a[i]) * 16 + (int)(16 * b[i])));
    }

    private static double Correlation(double[] x, int lag) =>
        PValues.Sum(Enumerable.Range(0, x.Length - lag).Sum(i => x[i] * x[i + lag]), x.Length - lag, 0, 1);

    /// <summary>Chi-square of the counts between −4, −3.5, …, 4 and beyond, where 33 of a million are expected on each side.</summary>
    private static double NormalTails(double[] x)
    {
        var edges = Enumerable.Range(-8, 17).Select(i => i / 2.0).ToArray();
        double[] cumulative = [0, .. edges.Select(Phi), 1];
        var counts = Counts(x, edges.Length + 1, v => Math.Clamp((int)Math.Floor(2 * v) + 9, 0, edges.Length));
        return PValues.ChiSquare(counts, cumulative.Skip(1).Zip(cumulative, (high, low) => high - low).ToArray());
    }

    private static double Bernoulli(Rng stream, byte v)
    {
        var grey = new byte[Many];
        Array.Fill(grey, v);
        return PValues.Successes(Drawn<byte>(stream, (rng, x) => rng.Bernoulli(grey, x), Many).Count(x => x == 1), Many, v / 255.0);
    }

    private static double Bernoulli(Rng stream, float p)
    {
        var probabilities = new float[Many];
        Array.Fill(probabilities, p);
        return PValues.Successes(Drawn<float>(stream, (rng, x) => rng.Bernoulli(probabilities, x), Many).Count(x => x == 1), Many, p);
    }

    /// <summary>Chi-square over the categories that are possible; any other makes it impossible.</summary>
    private static double Categorical(long[] drawn, double[] logits, int[] categories)
    {
        var weights = logits.Select(Math.Exp).ToArray();
        if (drawn.Any(x => Array.IndexOf(categories, (int)x) < 0)) return 0;
        return PValues.ChiSquare(Counts(drawn, categories.Length, x => Array.IndexOf(categories, (int)x)), weights.Select(w => w / weights.Sum()).ToArray());
    }
}
