using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

public sealed class TransformLaws : ScopedTest
{
    private const int S = 5;
    private const int B = TransformRow.B;
    private static readonly Rng Stream = new(30);

    public static TheoryData<string> Names => [.. TransformTable.Rows.Select(r => r.Name)];

    public static TheoryData<string> VectorNames => [.. TransformTable.Rows.Where(r => r.Event.Length > 0 && !r.TakesAnySize).Select(r => r.Name)];

    private static void Holds(string name, Action<TransformRow> law) => Scoped(() => law(TransformTable.Rows.Single(r => r.Name == name)));

    [Fact]
    public void Every_transform_has_a_row() => Scoped(() =>
    {
        var made = TransformTable.Rows.Select(r => r.Transform().GetType()).ToHashSet();
        Assert.DoesNotContain(typeof(Transform).Assembly.GetTypes(), t => t.IsSubclassOf(typeof(Transform)) && !t.IsAbstract && !made.Contains(t));
    });

    [Theory, MemberData(nameof(Names))]
    public void Shapes_are_as_stated(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        Shape z = [.. row.Event], x = [.. row.ForwardEvent ?? row.Event];
        Assert.Equal((z.Rank, x.Rank), (f.EventRank, f.ForwardRank));
        Assert.Equal((x, z), (f.ForwardShape(z), f.InverseShape(x)));
        Assert.Equal(row.Parameters.Length > 0 ? [B] : [], f.BatchShape);
        Assert.Equal([2, B, .. x], f.ForwardShape([2, B, .. z]));
        Assert.Equal([2, B, .. z], f.InverseShape([2, B, .. x]));
        foreach (long[] leading in new long[][] { [B], [S, 2, B], [S, 1] })
        {
            Shape expected = [.. leading[..^1], row.Parameters.Length > 0 ? B : leading[^1]];
            Check(f.ForwardWithLogDet(row.Z(Stream, leading)), x);
            if (f.HasInverse) Check(f.InverseWithLogDet(row.X(Stream, leading)), z);

            void Check((Tensor Value, Tensor LogDet) result, Shape events)
            {
                Assert.Equal([.. expected, .. events], result.Value.Shape);
                Assert.Equal(expected, result.LogDet.Shape);
            }
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Each_direction_undoes_the_other(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        var z = row.Z(Stream, S, B);
        var (x, forward) = f.ForwardWithLogDet(z);
        if (!f.HasInverse)
        {
            Assert.Throws<InverseNotAvailableException>(() => f.InverseWithLogDet(x));
            return;
        }
        var (back, inverse) = f.InverseWithLogDet(x);
        Close.Equal(z, back, 1e-11);
        Close.Equal(-forward, inverse, 1e-11);
        x = row.X(Stream, S, B);
        (z, inverse) = f.InverseWithLogDet(x);
        (var again, forward) = f.ForwardWithLogDet(z);
        Close.Equal(x, again, 1e-11);
        Close.Equal(-inverse, forward, 1e-11);
        Close.Equal(z, f.Inverted.Forward(x), 0);
        Close.Equal(x, f.Inverted.Inverse(z), 1e-11);
    });

    [Theory, MemberData(nameof(Names))]
    public void Log_determinants_are_those_of_the_Jacobian(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        var (z, x) = (row.Z(Stream, B), row.X(Stream, B));
        var forward = f.ForwardWithLogDet(z).LogDet;
        var inverse = f.HasInverse ? f.InverseWithLogDet(x).LogDet : null;
        for (var i = 0; i < B; i++)
        {
            var entry = row.Entry(row.Parameters.Length > 0 ? i : 0);
            Close.Equal(LogDet(entry.Forward, z[i]), forward[i], 1e-10);
            if (inverse is not null) Close.Equal(LogDet(entry.Inverse, x[i]), inverse[i], 1e-10);
        }

        static Tensor LogDet(Func<Tensor, Tensor> map, Tensor at)
        {
            var (sign, logDet) = Derivatives.Jacobian(map, at).SLogDet();
            Assert.NotEqual(0, sign.Item<double>());
            return logDet;
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void A_batch_equals_a_loop(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        var (z, x) = (row.Z(Stream, S, B), row.X(Stream, S, B));
        Check(transform => transform.ForwardWithLogDet, z);
        if (f.HasInverse) Check(transform => transform.InverseWithLogDet, x);

        void Check(Func<Transform, Func<Tensor, (Tensor Value, Tensor LogDet)>> direction, Tensor values)
        {
            var all = direction(f)(values);
            for (var i = 0; i < B; i++)
            {
                var one = direction(row.Entry(i))(values.Select(1, i));
                Close.Equal(one.Value, all.Value.Select(1, i), 1e-14);
                Close.Equal(one.LogDet, all.LogDet.Select(1, i), 1e-14);
            }
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Gradients_equal_finite_differences(string name) => Holds(name, row =>
    {
        Tensor[] parameters = row.ParameterTensors();
        Close(inputs => row.Make(inputs[..^1]).ForwardWithLogDet(inputs[^1]), row.Z(Stream, B));
        if (row.Transform().HasInverse) Close(inputs => row.Make(inputs[..^1]).InverseWithLogDet(inputs[^1]), row.X(Stream, B));

        void Close(Func<Tensor[], (Tensor Value, Tensor LogDet)> map, Tensor value)
        {
            Assert.InRange(Derivatives.GradientDeviation(inputs => map(inputs).Value + Connection(inputs), [.. parameters, value]), 0, 1e-6);
            Assert.InRange(Derivatives.GradientDeviation(inputs => map(inputs).LogDet + Connection(inputs), [.. parameters, value]), 0, 1e-6);
        }

        // Gradients of inputs that a result does not depend on are then numbers instead of errors.
        static Tensor Connection(Tensor[] inputs) => Tensor.Stack([.. inputs.Select(i => i.Sum() * 0.1)]).Sum();
    });

    [Theory, MemberData(nameof(Names))]
    public void Far_values_stay_in_the_image_and_edges_give_finite_values_and_gradients(string name) => Holds(name, row =>
    {
        var (z, parameters) = Leaves(row, row.Far, row.Event);
        var (x, logDet) = row.Make(parameters).ForwardWithLogDet(z);
        AssertFinite([x, logDet], [.. parameters, z]);
        if (!row.Transform().HasInverse) return;
        AssertFinite([.. Both(row.Transform().InverseWithLogDet(x.Detach()))], []);

        (x, parameters) = Leaves(row, row.Edges, row.ForwardEvent ?? row.Event);
        AssertFinite([.. Both(row.Make(parameters).InverseWithLogDet(x))], [.. parameters, x]);
    });

    [Theory, MemberData(nameof(Names))]
    public void Outside_the_image_no_volume_comes_from(string name) => Holds(name, row =>
    {
        if (row.Outside.Length == 0) return;
        var (x, parameters) = Leaves(row, row.Outside, row.ForwardEvent ?? row.Event);
        var (z, logDet) = row.Make(parameters).InverseWithLogDet(x);
        Assert.True(logDet.Eq(double.NegativeInfinity).All().IsNonZero(), logDet.ToString());
        AssertFinite([z], []);
        var leaves = (Tensor[])[.. parameters, x];
        foreach (var gradient in Gradients([z, logDet], leaves)) Assert.True(gradient.IsFinite().All().IsNonZero(), gradient.ToString());
        Assert.All(Gradients([z, logDet], [x])[0].ToArray<double>(), g => Assert.Equal(0.1, g)); // the connection's alone
    });

    [Theory, MemberData(nameof(Names))]
    public void What_is_no_number_stays_none(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        var (x, forward) = f.ForwardWithLogDet(row.Z(Stream, B) * double.NaN);
        Assert.True(x.IsNaN().All().IsNonZero());
        Assert.False(forward.Eq(double.NegativeInfinity).Any().IsNonZero());
        if (!f.HasInverse) return;
        var (z, inverse) = f.InverseWithLogDet(row.X(Stream, B) * double.NaN);
        Assert.True(z.IsNaN().All().IsNonZero());
        Assert.False(inverse.Eq(double.NegativeInfinity).Any().IsNonZero());
    });

    [Theory, MemberData(nameof(Names))]
    public void Single_precision_differs_by_rounding_only(string name) => Holds(name, row =>
    {
        var (f, single) = (row.Transform(), row.Transform(ElementType.Float32));
        var (z, x) = (row.Z(Stream, S, B), row.X(Stream, S, B));
        Check(f.ForwardWithLogDet(z), single.ForwardWithLogDet(z.To(ElementType.Float32)));
        if (f.HasInverse) Check(f.InverseWithLogDet(x), single.InverseWithLogDet(x.To(ElementType.Float32)));

        static void Check((Tensor Value, Tensor LogDet) expected, (Tensor Value, Tensor LogDet) actual)
        {
            Assert.Equal((ElementType.Float32, ElementType.Float32), (actual.Value.ElementType, actual.LogDet.ElementType));
            Close.Equal(expected.Value, actual.Value, 1e-3);
            Close.Equal(expected.LogDet, actual.LogDet, 1e-3);
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void Far_values_stay_in_the_image_in_single_precision(string name) => Holds(name, row =>
    {
        double[] far = [.. row.Far.Where(v => v is > -1e30 and < 1e30 and not 1e-300)];
        var (z, _) = Leaves(row, far, row.Event);
        var (x, logDet) = row.Transform(ElementType.Float32).ForwardWithLogDet(z.Detach().To(ElementType.Float32));
        AssertFinite([x, logDet], []);
        if (row.Transform().HasInverse) AssertFinite([.. Both(row.Transform(ElementType.Float32).InverseWithLogDet(x))], []);
    });

    [Theory, MemberData(nameof(VectorNames))]
    public void Events_of_another_shape_are_refused_by_name(string name) => Holds(name, row =>
    {
        var f = row.Transform();
        Refuses(row.Event, z => f.ForwardWithLogDet(z), f.ForwardShape);
        if (f.HasInverse) Refuses(row.ForwardEvent ?? row.Event, x => f.InverseWithLogDet(x), f.InverseShape);

        static void Refuses(long[] events, Action<Tensor> map, Func<Shape, Shape> shape)
        {
            long[] larger = [.. events[..^1], events[^1] + 1];
            Assert.Contains($"not {new Shape(larger)}", Assert.ThrowsAny<ArgumentException>(() => map(Tensor.Zeros([B, .. larger], dtype: ElementType.Float64))).Message);
            Assert.Contains($"not {new Shape(larger)}", Assert.ThrowsAny<ArgumentException>(() => { shape([.. larger]); }).Message);
            Assert.Contains("so ", Assert.ThrowsAny<ArgumentException>(() => map(Tensor.Zeros(events[1..], dtype: ElementType.Float64))).Message);
            Assert.Contains("at least", Assert.ThrowsAny<ArgumentException>(() => { shape([.. events[1..]]); }).Message);
        }
    });

    /// <summary>Numbers as the coordinates of events, with a gradient, and parameters that have one.</summary>
    private static (Tensor Value, Tensor[] Parameters) Leaves(TransformRow row, double[] numbers, long[] events)
    {
        long[] ones = [.. events.Select(_ => 1L)];
        var value = Tensor.From(numbers, [numbers.Length, 1, .. ones]).Expand([numbers.Length, B, .. events]).Clone();
        var parameters = row.ParameterTensors();
        foreach (var leaf in (Tensor[])[.. parameters, value]) leaf.RequiresGrad = true;
        return (value, parameters);
    }

    private static Tensor[] Both((Tensor, Tensor) results) => [results.Item1, results.Item2];

    private static void AssertFinite(Tensor[] results, Tensor[] leaves)
    {
        foreach (var result in results) Assert.True(result.IsFinite().All().IsNonZero(), result.ToString());
        if (leaves.Length > 0)
            foreach (var gradient in Gradients(results, leaves)) Assert.True(gradient.IsFinite().All().IsNonZero(), gradient.ToString());
    }

    /// <summary>The gradients of the sum of the results and of 0.1 times each leaf, which connects all leaves.</summary>
    private static Tensor[] Gradients(Tensor[] results, Tensor[] leaves)
    {
        var total = Tensor.Stack([.. results.Select(r => r.Sum()), .. leaves.Select(l => l.Sum() * 0.1)]).Sum();
        return Autograd.Grad(total, leaves, retainGraph: true);
    }
}
