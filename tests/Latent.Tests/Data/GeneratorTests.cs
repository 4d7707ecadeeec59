using Latent.Data;

namespace Latent.Tests.Data;

public sealed class GeneratorTests
{
    public static TheoryData<string> Densities => [.. PlanarDensity.All.Select(d => d.Name)];

    private static PlanarDensity Density(string name) => PlanarDensity.All.Single(d => d.Name == name);

    /// <summary>Midpoints of small squares of [−6, 6]²: every density is nothing beyond, and the board's edges lie between squares.</summary>
    private static IEnumerable<(double X, double Y)> Grid(int steps) =>
        from i in Enumerable.Range(0, steps)
        from j in Enumerable.Range(0, steps)
        select (12.0 * (i + 0.5) / steps - 6, 12.0 * (j + 0.5) / steps - 6);

    [Theory, MemberData(nameof(Densities))]
    public void Densities_integrate_to_one(string name)
    {
        var steps = name == "two-moons" ? 120 : 600;
        Assert.Equal(1, Grid(steps).Sum(p => Math.Exp(Density(name).LogDensity(p.X, p.Y))) * (144.0 / (steps * steps)), 4);
    }

    /// <summary>Points of the cells of a coarse grid, against the integral of the density over them: χ² with a chance of 1e-6 to fail.</summary>
    [Theory, MemberData(nameof(Densities))]
    public void Points_follow_their_density(string name)
    {
        const int Cells = 24, Fine = 240, Count = 20_000;
        var expected = new double[Cells * Cells];
        foreach (var (x, y) in Grid(Fine)) expected[Cell(x, y)] += Count * Math.Exp(Density(name).LogDensity(x, y)) * (144.0 / (Fine * Fine));
        var found = new double[Cells * Cells];
        var points = Density(name).Make(Count, seed: 11).Values.Values<float>();
        for (var i = 0; i < Count; i++) found[Cell(points[2 * i], points[2 * i + 1])]++;

        var (statistic, cells, restFound, restExpected) = (0.0, 0, 0.0, 0.0);
        for (var i = 0; i < found.Length; i++)
        {
            if (expected[i] < 10)
            {
                (restFound, restExpected) = (restFound + found[i], restExpected + expected[i]);
                continue;
            }
            statistic += Math.Pow(found[i] - expected[i], 2) / expected[i];
            cells++;
        }
        if (restExpected > 10) statistic += Math.Pow(restFound - restExpected, 2) / restExpected;
        else Assert.InRange(restFound, 0, 40);
        Assert.InRange(1 - MathNet.Numerics.Distributions.ChiSquared.CDF(cells, statistic), 1e-6, 1);

        static int Cell(double x, double y) => (int)((x + 6) * Cells / 12) * Cells + (int)((y + 6) * Cells / 12);
    }

    [Theory, MemberData(nameof(Densities))]
    public void Points_depend_on_the_seed_and_their_number_alone(string name)
    {
        var points = Density(name).Make(101, 5).Values.Values<float>().ToArray();
        Assert.Equal(points, Density(name).Make(202, 5).Values.Values<float>()[..202].ToArray());
        Assert.NotEqual(points, Density(name).Make(101, 6).Values.Values<float>().ToArray());
        Assert.All(Enumerable.Range(0, 101), i => Assert.True(double.IsFinite(Density(name).LogDensity(points[2 * i], points[2 * i + 1]))));
        var splits = Density(name).MakeSplits(7, 5, 3);
        Assert.Equal((7, 5, 3, name), (splits.Train.Count, splits.Validation!.Count, splits.Test!.Count, splits.Name));
        Assert.NotEqual(splits.Validation.Values.Values<float>()[..6].ToArray(), splits.Test.Values.Values<float>().ToArray());
    }

    [Fact]
    public void The_density_of_eight_gaussians_is_that_of_the_nearest_at_a_centre() =>
        Assert.Equal(Math.Log(1 / (8 * 2 * Math.PI * 0.125)), new EightGaussians().LogDensity(2 * Math.Sqrt(2), 0), 6);

    [Fact]
    public void Correlated_gaussians_have_the_information_they_say()
    {
        var pairs = new CorrelatedGaussians(3, 0.8);
        Assert.Equal(-1.5 * Math.Log(0.36), pairs.MutualInformation, 12);
        Assert.Equal(2, CorrelatedGaussians.WithInformation(5, 2).MutualInformation, 12);
        var values = pairs.Make(20_000, 3).Values.Values<float>().ToArray().Chunk(6).ToArray();
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var expected = i == j ? 1 : i - j == 3 ? 0.8 : 0;
                Assert.InRange(values.Average(v => (double)v[i] * v[j]), expected - 0.05, expected + 0.05);   // five standard errors
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrelatedGaussians(3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrelatedGaussians(0, 0.5));
    }

    [Fact]
    public void Bars_are_where_the_factors_say()
    {
        var bars = Bars.Make(1009, size: 5, seed: 2);
        Assert.Equal("bars: 1009 × [1, 5, 5], binary", bars.ToString());
        Assert.Equal(["row0", "row1", "row2", "row3", "row4", "column0", "column1", "column2", "column3", "column4"], bars.FactorNames);
        var factors = bars.Factors!.Values<float>();
        for (var i = 0; i < 1009 * 25; i++)
            Assert.Equal(Math.Max(factors[i / 25 * 10 + i / 5 % 5], factors[i / 25 * 10 + 5 + i % 5]), bars.Values.Bytes.Span[i]);
        Assert.InRange(factors.ToArray().Average(), 0.2 - 0.02, 0.2 + 0.02);   // five standard errors
        Assert.Equal(bars.Values.Bytes.ToArray(), Bars.Make(1009, 5, seed: 2).Values.Bytes.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Bars.Make(3, 5, 1.5));
    }

    [Theory]
    [InlineData(24), InlineData(64)]
    public void Shapes_lie_where_the_factors_say(int size)
    {
        var shapes = Shapes.Make(211, size, seed: 4);
        var factors = shapes.Factors!.Values<float>();
        double[] areas = [1.96, Math.PI * 0.95 * 0.55];
        for (var i = 0; i < 211; i++)
        {
            var picture = shapes.Values.Bytes.Span.Slice(i * size * size, size * size).ToArray();
            var row = factors.Slice(5 * i, 5).ToArray();
            Assert.Equal(row[0], shapes.Labels![i]);
            Assert.InRange(row[1], 0.5f, 1f);
            var ink = picture.Sum(b => b / 255.0);
            var radius = size / 5.0 * row[1];
            if (row[0] < 2)
            {
                Assert.InRange(ink / (areas[(int)row[0]] * radius * radius), 0.9, 1.1);
                Assert.Equal(size * (0.25 + 0.5 * row[3]), picture.Select((b, k) => b / 255.0 * (k % size + 0.5)).Sum() / ink, 0.15);
                Assert.Equal(size * (0.25 + 0.5 * row[4]), picture.Select((b, k) => b / 255.0 * (k / size + 0.5)).Sum() / ink, 0.15);
            }
            else
            {
                Assert.InRange(ink / (radius * radius), 1.6, 2.4);
            }
            Assert.Equal(0, Enumerable.Range(0, size).Sum(k => picture[k] + picture[k * size]));
        }
        Assert.Equal(3, shapes.Labels!.Distinct().Count());
        Assert.Equal(shapes.Values.Bytes.ToArray(), Shapes.Make(211, size, seed: 4).Values.Bytes.ToArray());
    }
}
