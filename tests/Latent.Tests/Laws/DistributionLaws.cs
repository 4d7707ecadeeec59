using Latent.Distributions;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Laws;

public sealed class DistributionLaws : ScopedTest
{
    private const int S = 5;
    private const int Draws = 40_000;
    private static readonly Rng Stream = new(20);

    public static TheoryData<string> Names => [.. DistributionTable.Rows.Select(r => r.Name)];

    public static TheoryData<string> SmoothNames => [.. DistributionTable.Rows.Where(r => r.IsSmooth).Select(r => r.Name)];

    private static void Holds(string name, Action<Row> law) => Scoped(() => law(DistributionTable.Rows.Single(r => r.Name == name)));

    [Fact]
    public void Every_distribution_has_a_row() => Scoped(() =>
    {
        var made = DistributionTable.Rows.Select(r => r.Distribution().GetType()).ToHashSet();
        Assert.DoesNotContain(typeof(Distribution).Assembly.GetExportedTypes(), t => t.IsSubclassOf(typeof(Distribution)) && !made.Contains(t));
    });

    [Theory, MemberData(nameof(Names))]
    public void Shapes_are_as_stated(string name) => Holds(name, row =>
    {
        var p = row.Distribution();
        Assert.Equal(new Shape(row.Batch), p.BatchShape);
        Assert.Equal(new Shape(row.Event), p.EventShape);
        var x = p.Sample(Stream, S, 2);
        Assert.Equal([S, 2, .. row.Batch, .. row.Event], x.Shape);
        Assert.Equal([S, 2, .. row.Batch], p.LogProb(x).Shape);
        Assert.Equal(new Shape(row.Batch), p.LogProb(p.Sample(Stream)).Shape);
        Assert.Equal(row.HasMean, p.Mean is not null);
        Assert.Equal(row.HasEntropy, p.Entropy is not null);
        if (p.Mean is { } mean) Assert.Equal([.. row.Batch, .. row.Event], mean.Shape);
        if (p.Entropy is { } entropy) Assert.Equal(new Shape(row.Batch), entropy.Shape);
        if (!p.IsReparameterized) Assert.Throws<NotSupportedException>(() => p.RSample(Stream));
    });

    [Theory, MemberData(nameof(Names))]
    public void Values_broadcast_over_the_batch_and_others_are_refused(string name) => Holds(name, row =>
    {
        var p = row.Distribution();
        var one = row.Entry(0).Sample(Stream, 1); // [1, *event]
        long[] ones = [.. row.Batch.Select(_ => 1L)];
        var spread = one.Reshape([.. ones, .. row.Event]);
        Assert.Equal(new Shape(row.Batch), p.LogProb(spread).Shape);
        Close.Equal(p.LogProb(spread.Expand([.. row.Batch, .. row.Event]).Contiguous()), p.LogProb(spread), 1e-14);
        Assert.Throws<ArgumentException>(() => p.LogProb(Tensor.Zeros([.. row.Batch.Select(n => n + 4), .. row.Event], dtype: one.ElementType)));
        if (row.Event.Length > 0) Assert.Throws<ArgumentException>(() => p.LogProb(Tensor.Zeros([.. row.Batch, .. row.Event.Select(n => n + 1)], dtype: one.ElementType)));
    });

    [Theory, MemberData(nameof(Names))]
    public void A_batch_equals_a_loop(string name) => Holds(name, row =>
    {
        var p = row.Distribution();
        var x = p.Sample(Stream, S);
        var (flat, batched) = (x.Reshape([S, row.Entries, .. row.Event]), p.LogProb(x).Reshape([S, row.Entries]));
        var (mean, entropy) = (p.Mean?.Reshape([row.Entries, .. row.Event]), p.Entropy?.Reshape([row.Entries]));
        for (var i = 0; i < row.Entries; i++)
        {
            var entry = row.Entry(i);
            Close.Equal(entry.LogProb(flat.Select(1, i)), batched.Select(1, i), 1e-12);
            if (mean is not null) Close.Equal(entry.Mean!, mean[i], 1e-12);
            if (entropy is not null) Close.Equal(entry.Entropy!, entropy[i], 1e-12);
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Draws_follow_the_stream_and_carry_gradients_only_where_asked(string name) => Holds(name, row =>
    {
        var parameters = row.ParameterTensors();
        foreach (var parameter in parameters) parameter.RequiresGrad = true;
        var p = row.Make(parameters);
        var x = p.Sample(Stream, S);
        Assert.False(x.RequiresGrad);
        Assert.True(x.Equal(p.Sample(Stream, S)));
        if (row.Support is not Finite) Assert.False(x.Equal(p.Sample(Stream.Fork("other"), S)));
        if (!p.IsReparameterized) return;
        var (drawn, logProb) = p.RSampleWithLogProb(Stream, S);
        Assert.True(drawn.RequiresGrad);
        Assert.True(drawn.Detach().Equal(x));
        Close.Equal(p.LogProb(x), logProb, 1e-9); // equal, but where a flow scores its draws on the way forward
    });

    [Theory, MemberData(nameof(Names))]
    public void Probabilities_sum_to_one(string name) => Holds(name, row =>
    {
        foreach (var i in row.Picked) Assert.Equal(1, Weighted(row, i).Masses.Sum().Item<double>(), 1e-8);
    });

    [Theory, MemberData(nameof(Names))]
    public void Mean_and_entropy_are_those_of_the_probabilities(string name) => Holds(name, row =>
    {
        foreach (var i in row.Picked)
        {
            var p = row.Entry(i);
            var (x, masses) = Weighted(row, i);
            if (p.Mean is { } mean) Close.Equal((x.Reshape([masses.Elements, -1]) * masses.Unsqueeze(-1)).Sum(0).Reshape(row.Event), mean, 1e-7);
            if (p.Entropy is { } entropy) Close.Equal(-(masses * p.LogProb(x).MaskedFill(masses.Eq(0), 0)).Sum(), entropy, 1e-7);
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Draws_follow_the_probabilities(string name) => Holds(name, row =>
    {
        foreach (var i in row.Picked)
        {
            var p = row.Entry(i);
            var x = p.Sample(Stream.Fork(name, i), Draws);
            var pValue = row.Support switch
            {
                Finite finite => Discrete(p, x, finite.Values(i)),
                Chart { Dimensions: 1 } chart => GoodnessOfFit.KolmogorovSmirnov(new Quadrature(chart).DistributionFunction(p, chart.FromEvent(x).ToArray<double>())),
                Chart chart => Cells(p, chart, chart.FromEvent(x), chart.FromEvent(p.Sample(Stream.Fork("cuts", i), 1000))),
                _ => throw new NotSupportedException(),
            };
            GoodnessOfFit.AssertPlausible(pValue, 3 * DistributionTable.Rows.Count, $"{name}, entry {i}");
        }
    });

    [Theory, MemberData(nameof(SmoothNames))]
    public void Gradients_equal_finite_differences(string name) => Holds(name, row =>
    {
        var p = row.Distribution();
        var x = p.Sample(Stream);
        var parameters = WithoutInfinities(row);
        if (row.Support is Chart chart)
        {
            // A move of t stays inside the support.
            var t = chart.FromEvent(x.Reshape([row.Entries, .. row.Event]));
            Assert.InRange(Derivatives.GradientDeviation(inputs => Connected(row.Make(inputs[..^1]).LogProb(chart.ToEvent(inputs[^1]).Reshape(x.Shape)), inputs), [.. parameters, t]), 0, 1e-6);
        }
        else if (p is not Delta)
            Assert.InRange(Derivatives.GradientDeviation(inputs => Connected(row.Make(WithInfinities(row, inputs)).LogProb(x), inputs), parameters), 0, 1e-6);
        if (p.IsReparameterized)
            Assert.InRange(Derivatives.GradientDeviation(inputs => Connected(row.Make(inputs).RSample(Stream, S), inputs), parameters), 0, 1e-6);
    });

    [Theory, MemberData(nameof(Names))]
    public void Edges_give_numbers_and_the_outside_minus_infinity_with_finite_gradients(string name) => Holds(name, row =>
    {
        foreach (var (events, isOutside) in new[] { (row.Edges, false), (row.Outside, true) })
        {
            if (events.Length == 0) continue;
            var parameters = row.ParameterTensors();
            var x = row.Events(events);
            var leaves = x.ElementType.IsFloatingPoint() ? [.. parameters, x] : parameters;
            foreach (var leaf in leaves) leaf.RequiresGrad = true;
            var logProb = row.Make(parameters).LogProb(x);
            Assert.False(logProb.IsNaN().Any().IsNonZero());
            if (isOutside) Assert.True(logProb.Eq(double.NegativeInfinity).All().IsNonZero(), logProb.ToString());
            var total = Connected(logProb, leaves).Sum();
            foreach (var gradient in Autograd.Grad(total, leaves)) Assert.True(gradient.IsFinite().All().IsNonZero(), gradient.ToString());
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Single_precision_stays_single_and_finite(string name) => Holds(name, row =>
    {
        var p = row.Distribution(ElementType.Float32);
        var x = p.Sample(Stream, S);
        if (!row.TakesNumbers) Assert.Equal(ElementType.Float32, x.ElementType);
        var logProb = p.LogProb(x);
        Assert.Equal(ElementType.Float32, logProb.ElementType);
        Assert.True(logProb.IsFinite().All().IsNonZero(), logProb.ToString());
        Assert.Equal(ElementType.Float32, p.Mean?.ElementType ?? ElementType.Float32);
        Assert.Equal(ElementType.Float32, p.Entropy?.ElementType ?? ElementType.Float32);
    });

    /// <summary>Events and the probabilities of them, or of the neighbourhoods of nodes.</summary>
    private static (Tensor Events, Tensor Masses) Weighted(Row row, int i)
    {
        if (row.Support is Finite finite) return (finite.Values(i), row.Entry(i).LogProb(finite.Values(i)).Exp());
        var quadrature = new Quadrature((Chart)row.Support);
        return (quadrature.Events, quadrature.Masses(row.Entry(i)));
    }

    private static double Discrete(Distribution p, Tensor x, Tensor values)
    {
        var matches = x.Reshape([Draws, 1, -1]).Eq(values.Reshape([1, values.Size(0), -1])).All(-1); // [draws, values]
        var counts = matches.To(ElementType.Int64).Sum(0);
        Assert.Equal(Draws, counts.Sum().Item<int>());
        return GoodnessOfFit.ChiSquare(counts.ToArray<long>(), p.LogProb(values).Exp().ToArray<double>());
    }

    /// <summary>χ² of the cells between the quartiles of each coordinate, which other draws give.</summary>
    private static double Cells(Distribution p, Chart chart, Tensor t, Tensor other)
    {
        var cuts = Enumerable.Range(0, chart.Dimensions).Select(d => other.Select(-1, d).ToArray<double>().Order().ToArray() is var s ? new[] { s[250], s[500], s[750] } : []).ToArray();
        var quadrature = new Quadrature(chart, cuts);
        var count = (int)Math.Pow(4, chart.Dimensions);
        var probabilities = Tensor.Zeros([count], dtype: ElementType.Float64).IndexAdd(0, Cell(quadrature.Nodes), quadrature.Masses(p));
        return GoodnessOfFit.ChiSquare(Cell(t).BinCount(minlength: count).ToArray<long>(), probabilities.ToArray<double>());

        Tensor Cell(Tensor points)
        {
            var cell = Tensor.Zeros([points.Size(0)], dtype: ElementType.Int64);
            for (var d = 0; d < cuts.Length; d++) cell = cell * 4 + (points.Select(-1, d).Unsqueeze(-1) > Tensor.From(cuts[d])).To(ElementType.Int64).Sum(-1);
            return cell;
        }
    }

    /// <summary>Makes a function depend on all inputs, so that gradients of those it does not use are 0 instead of errors.</summary>
    private static Tensor Connected(Tensor y, Tensor[] inputs)
    {
        foreach (var input in inputs) y += input.Sum() * 0.1;
        return y;
    }

    /// <summary>0 in the place of −∞, which finite differences cannot move.</summary>
    private static Tensor[] WithoutInfinities(Row row) => [.. row.ParameterTensors().Select(p => p.NaNToNum(neginf: 0))];

    private static Tensor[] WithInfinities(Row row, Tensor[] parameters) =>
        [.. row.ParameterTensors().Zip(parameters, (original, moved) => moved.MaskedFill(original.IsInf(), double.NegativeInfinity))];
}
