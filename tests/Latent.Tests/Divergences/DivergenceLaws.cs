using Latent.Distributions;
using Latent.Divergences;
using Latent.Tests.Laws;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Divergences;

public sealed class DivergenceLaws : ScopedTest
{
    private static readonly Rng Stream = new(21);

    /// <summary>Rows whose kind is in the table, paired with itself.</summary>
    public static TheoryData<string> Names => [.. Closed.Select(r => r.Name)];

    private static IEnumerable<Row> Closed => DistributionTable.Rows.Where(r =>
    {
        using var scope = TensorScope.Open();
        return KL.ClosedForm(r.Distribution(), r.Distribution()) is not null;
    });

    private static void Holds(string name, Action<Row> law) => Scoped(() => law(DistributionTable.Rows.Single(r => r.Name == name)));

    [Fact]
    public void The_table_has_the_pairs_with_closed_forms() => Scoped(() =>
    {
        var found = Closed.Select(r => r.Distribution().GetType()).ToHashSet();
        Assert.Equal([typeof(Normal), typeof(DiagonalNormal), typeof(MultivariateNormal), typeof(Independent), typeof(Bernoulli), typeof(ContinuousBernoulli), typeof(Categorical), typeof(OneHotCategorical), typeof(Uniform), typeof(Laplace), typeof(Gamma), typeof(Beta)], found);
    });

    [Theory, MemberData(nameof(Names))]
    public void Closed_forms_equal_the_integral_and_are_not_negative(string name) => Holds(name, row =>
    {
        var count = row.Entries;
        foreach (var i in row.Picked)
        {
            var (q, p) = (row.Entry(i), row.Entry((i + 1) % count));
            var closed = KL.ClosedForm(q, p)!.Item<double>();
            Assert.True(closed > 0, $"entries {i} and {i + 1}: {closed}");
            var expected = Integral(row, i, q, p);
            Assert.True(expected.Equals(closed) || Math.Abs(expected - closed) <= 1e-7 * (1 + expected), $"entry {i}: expected {expected:R}, got {closed:R}");
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void A_distribution_does_not_diverge_from_itself(string name) => Holds(name, row =>
        Assert.All(KL.ClosedForm(row.Distribution(), row.Distribution())!.Reshape([-1]).ToArray<double>(), kl => Assert.Equal(0, kl, 1e-13)));

    [Theory, MemberData(nameof(Names))]
    public void Batches_broadcast(string name) => Holds(name, row =>
    {
        var (batch, one) = (row.Distribution(), row.Entry(0));
        foreach (var (q, p) in new[] { (batch, one), (one, batch) })
        {
            var all = KL.ClosedForm(q, p)!;
            Assert.Equal(new Shape(row.Batch), all.Shape);
            var values = all.Reshape([-1]).ToArray<double>();
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(KL.ClosedForm(q == one ? one : row.Entry(i), p == one ? one : row.Entry(i))!.Item<double>(), values[i], 1e-12);
        }
    });

    [Fact]
    public void Gradients_equal_finite_differences() => Scoped(() =>
    {
        foreach (var row in Closed.Where(r => r.IsSmooth && r.Parameters.All(p => p.Values.All(double.IsFinite)) && r.Name != "Uniform"))
        {
            var others = row.ParameterTensors().Select(t => t.Roll([1], [0])).ToArray();
            var deviation = Derivatives.GradientDeviation(inputs => KL.ClosedForm(row.Make(inputs[..others.Length]), row.Make(inputs[others.Length..]))!, [.. row.ParameterTensors(), .. others]);
            Assert.True(deviation < 1e-6, $"{row}: {deviation}");
        }
    });

    [Fact]
    public void Mixed_normals_agree() => Scoped(() =>
    {
        Tensor[] t = [.. new[] { "DiagonalNormal", "MultivariateNormal" }.SelectMany(n => DistributionTable.Rows.Single(r => r.Name == n).ParameterTensors())];
        var (diagonal, full) = (new DiagonalNormal(t[0], t[1]), new MultivariateNormal(t[2], t[3]));
        var same = new MultivariateNormal(t[0], t[1].DiagEmbed());
        var independent = new Independent(new Normal(t[0], t[1]), 1);
        var nested = new Independent(new DiagonalNormal(t[0], t[1]), 1);
        Close.Equal(KL.ClosedForm(same, full)!, KL.ClosedForm(diagonal, full)!);
        Close.Equal(KL.ClosedForm(full, same)!, KL.ClosedForm(full, diagonal)!);
        Close.Equal(KL.ClosedForm(new DiagonalNormal(t[2], t[1]), diagonal)!, KL.ClosedForm(new DiagonalNormal(t[2], t[1]), independent)!);
        Close.Equal(KL.ClosedForm(new DiagonalNormal(t[2], t[1]), diagonal)!.Sum(), KL.ClosedForm(new Independent(new Normal(t[2], t[1]), 2), nested)!);
        Close.Equal(KL.ClosedForm(full, diagonal)!.Sum(), KL.ClosedForm(new Independent(full, 1), nested)!);
    });

    [Fact]
    public void A_nearly_collapsed_posterior_keeps_its_digits() => Scoped(() =>
    {
        // ½ (μ² + t²/2 + t³/6) with t = 2 log σ, far below the resolution of 1.
        const float Mean = 1e-5f;
        var scale = 1 + 8 * MathF.BitIncrement(1) - 8;
        var t = 2 * Math.Log(scale);
        var kl = KL.ClosedForm(new Normal(Tensor.Of(Mean), Tensor.Of(scale)), new Normal(Tensor.Of(0f), Tensor.Of(1f)))!.Item<double>();
        var exact = (Math.Pow(Mean, 2) + t * t / 2 + t * t * t / 6) / 2;
        Assert.Equal(exact, kl, 1e-4 * exact);
    });

    [Fact]
    public void Without_support_it_is_infinite() => Scoped(() =>
    {
        var (narrow, wide) = (new Uniform(Tensor.Of(0.0), Tensor.Of(1.0)), new Uniform(Tensor.Of(-1.0), Tensor.Of(1.0)));
        Assert.Equal(Math.Log(2), KL.ClosedForm(narrow, wide)!.Item<double>(), 1e-15);
        Assert.Equal(double.PositiveInfinity, KL.ClosedForm(wide, narrow)!.Item<double>());
        var (some, all) = (new Categorical(Tensor.From([0, 0, double.NegativeInfinity])), new Categorical(Tensor.From([0.0, 0, 0])));
        Assert.Equal(Math.Log(1.5), KL.ClosedForm(some, all)!.Item<double>(), 1e-15);
        Assert.Equal(double.PositiveInfinity, KL.ClosedForm(all, some)!.Item<double>());
    });

    [Fact]
    public void Monte_Carlo_is_the_fallback_and_close() => Scoped(() =>
    {
        var (q, p) = (new Logistic(Tensor.From([0.0, 1]), Tensor.Of(1.0)), new Logistic(Tensor.From([0.5, 0.5]), Tensor.Of(1.3)));
        Assert.Null(KL.ClosedForm(q, p));
        Assert.True(KL.Between(q, p, Stream, 7).Equal(KL.MonteCarlo(q, p, Stream, 7)));
        var quadrature = new Quadrature(Chart.Reals(60));
        var estimate = KL.MonteCarlo(q, p, Stream, 20_000).ToArray<double>();
        for (var i = 0; i < 2; i++)
        {
            var (one, other) = (new Logistic(q.Location[i], q.Scale), new Logistic(p.Location[i], p.Scale));
            var exact = (quadrature.Masses(one) * (one.LogProb(quadrature.Events) - other.LogProb(quadrature.Events))).Sum().Item<double>();
            Assert.Equal(exact, estimate[i], 0.012); // five standard errors
        }
        var (normal, standard) = (new Normal(Tensor.Of(0.3), Tensor.Of(0.8)), new Normal(Tensor.Zeros([5, 3], dtype: ElementType.Float64), Tensor.Of(1.0)));
        Assert.Equal([5, 3], KL.MonteCarlo(normal, standard, Stream, 2).Shape);
        Assert.True(KL.Between(normal, standard, Stream).Equal(KL.ClosedForm(normal, standard)!));
    });

    [Fact]
    public void Monte_Carlo_of_a_delta_is_minus_the_log_density() => Scoped(() =>
    {
        var (v, p) = (Tensor.From([0.2, 1.5, -3]), new Normal(Tensor.Of(0.5), Tensor.Of(2.0)));
        Close.Equal(-p.LogProb(v), KL.Between(new Delta(v), p, Stream));
    });

    [Fact]
    public void Events_of_other_shapes_are_refused() => Scoped(() =>
    {
        var location = Tensor.Zeros([7, 3]);
        var error = Assert.Throws<ArgumentException>(() => KL.Between(new DiagonalNormal(location, location.Exp()), new Normal(location, location.Exp()), Stream));
        Assert.Contains("Independent", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => KL.MonteCarlo(new Normal(location, location.Exp()), new Normal(location, location.Exp()), Stream, 0));
    });

    private static double Integral(Row row, int i, Distribution q, Distribution p)
    {
        Tensor x, masses;
        if (row.Support is Finite finite) (x, masses) = (finite.Values(i), q.LogProb(finite.Values(i)).Exp());
        else
        {
            var quadrature = new Quadrature((Chart)row.Support);
            (x, masses) = (quadrature.Events, quadrature.Masses(q));
        }
        return (masses * (q.LogProb(x) - p.LogProb(x)).MaskedFill(masses.Eq(0), 0)).Sum().Item<double>();
    }
}
