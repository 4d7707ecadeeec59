namespace Latent.Torch.Tests.Optimization;

public sealed class OptimizerTests : ScopedTest
{
    private static readonly double[] Start = [1, -2, 0.5, 3, -1, 0.25, 2];

    private static ParameterStore Store(ElementType type)
    {
        var store = new ParameterStore(type);
        using var scope = TensorScope.Open();
        store.Init().Parameter("a", [3], Initializers.Values(Start[..3]));
        store.Init().Parameter("b", [2, 2], Initializers.Values(Start[3..]));
        store.Init().Parameter("unused", [2], Initializers.Ones);
        return store;
    }

    /// <summary>Σ (p − 0.1)² · scale: the gradient is 2 (p − 0.1) · scale.</summary>
    private static void Backward(ParameterStore store, double scale = 1)
    {
        using var scope = TensorScope.Open();
        ((store["a"] - 0.1).Square().Sum() * scale + (store["b"] - 0.1).Square().Sum() * scale).Backward();
    }

    private static double[] Values(ParameterStore store) => [.. store["a"].To(ElementType.Float64).ToArray<double>(), .. store["b"].To(ElementType.Float64).ToArray<double>()];

    [Theory]
    [InlineData(ElementType.Float32, 2e-6, 0, false), InlineData(ElementType.Float64, 1e-13, 0, false)]
    [InlineData(ElementType.Float64, 1e-13, 0.1, false), InlineData(ElementType.Float64, 1e-13, 0.1, true)]
    [InlineData(ElementType.BFloat16, 0.05, 0.1, true), InlineData(ElementType.BFloat16, 0.05, 0.1, false)]
    public void Adam_follows_the_published_algorithm(ElementType type, double tolerance, double decay, bool decoupled) => Scoped(() =>
    {
        using var store = Store(type);
        var adam = new Adam(store) { WeightDecay = decay, IsDecoupled = decoupled };
        var (p, m, v) = ((double[])Start.Clone(), new double[7], new double[7]);
        for (var t = 1; t <= 10; t++)
        {
            Backward(store);
            adam.Step(0.05);
            for (var i = 0; i < 7; i++)
            {
                var g = 2 * (p[i] - 0.1);
                if (decoupled) p[i] -= 0.05 * decay * p[i];
                else g += decay * p[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                p[i] -= 0.05 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }
        Assert.Equal(10, adam.StepCount);
        Assert.All(Values(store).Zip(p), x => Assert.InRange(Math.Abs(x.First - x.Second), 0, tolerance * Math.Max(1, Math.Abs(x.Second))));
        Assert.Equal([1.0, 1], store["unused"].To(ElementType.Float64).ToArray<double>());
    });

    [Theory]
    [InlineData(ElementType.Float64, 0), InlineData(ElementType.Float64, 0.9), InlineData(ElementType.BFloat16, 0.9)]
    public void Sgd_follows_its_formula(ElementType type, double momentum) => Scoped(() =>
    {
        using var store = Store(type);
        var sgd = new Sgd(store) { Momentum = momentum, WeightDecay = 0.01 };
        var (p, u) = ((double[])Start.Clone(), new double[7]);
        for (var t = 0; t < 5; t++)
        {
            Backward(store);
            sgd.Step(0.02);
            for (var i = 0; i < 7; i++)
            {
                u[i] = momentum * u[i] + 2 * (p[i] - 0.1) + 0.01 * p[i];
                p[i] -= 0.02 * u[i];
            }
        }
        var tolerance = type == ElementType.BFloat16 ? 0.05 : 1e-12;
        Assert.All(Values(store).Zip(p), x => Assert.InRange(Math.Abs(x.First - x.Second), 0, tolerance * Math.Max(1, Math.Abs(x.Second))));
    });

    [Theory]
    [InlineData(ElementType.Float64), InlineData(ElementType.BFloat16)]
    public void Clipping_scales_the_gradient_to_the_norm(ElementType type) => Scoped(() =>
    {
        using var store = Store(type);
        var sgd = new Sgd(store) { MaxGradientNorm = 0.5 };
        var before = Values(store);
        Backward(store);
        var norm = sgd.Step(1);
        var expected = Math.Sqrt(before.Sum(p => 4 * (p - 0.1) * (p - 0.1)));
        var tolerance = type == ElementType.BFloat16 ? 0.03 : 1e-12;
        Assert.InRange(norm / expected, 1 - tolerance, 1 + tolerance);
        Assert.All(Values(store).Zip(before), x => Assert.InRange(Math.Abs(x.First - (x.Second - 2 * (x.Second - 0.1) * 0.5 / expected)), 0, tolerance));
    });

    [Fact]
    public void Replicas_are_averaged() => Scoped(() =>
    {
        using var store = Store(ElementType.Float64);
        using var first = store.Replicate();
        using var second = store.Replicate();
        using var alone = Store(ElementType.Float64);
        Backward(first, 0.5);
        Backward(second, 1.5);
        Backward(alone);
        new Adam(store).Step(0.1, first, second);
        new Adam(alone).Step(0.1);
        Assert.Equal(Values(alone), Values(store));
        Assert.Null(first["a"].Grad);
        Assert.Null(second["b"].Grad);
    });

    [Theory]
    [InlineData(ElementType.Float64), InlineData(ElementType.BFloat16)]
    public void The_average_starts_at_the_parameters_and_follows(ElementType type) => Scoped(() =>
    {
        using var store = Store(type);
        var sgd = new Sgd(store) { AverageDecay = 0.5 };
        var average = Values(store);
        for (var t = 0; t < 3; t++)
        {
            Backward(store);
            sgd.Step(0.1);
            average = average.Zip(Values(store), (a, p) => 0.5 * a + 0.5 * p).ToArray();
        }
        var kept = store.Companions["average"].To(ElementType.Float64).ToArray<double>();
        var tolerance = type == ElementType.BFloat16 ? 0.03 : 1e-12;
        Assert.All(kept[..3].Zip(average), x => Assert.InRange(Math.Abs(x.First - x.Second), 0, tolerance));
    });

    [Theory]
    [InlineData(ElementType.Float64), InlineData(ElementType.BFloat16)]
    public void Work_with_the_average_leaves_the_parameters_as_they_were(ElementType type) => Scoped(() =>
    {
        using var store = Store(type);
        var sgd = new Sgd(store.Select("a")) { AverageDecay = 0.5 };
        Assert.Equal(Start, sgd.WithAverage(() => Values(store))); // there is none yet
        Backward(store);
        sgd.Step(0.1);
        var before = Values(store);
        var seen = sgd.WithAverage(() => Values(store));
        Assert.Equal(store.Companions["average"].To(type).To(ElementType.Float64).ToArray<double>()[..3], seen[..3]);
        Assert.NotEqual(before[..3], seen[..3]);
        Assert.Equal(before[3..], seen[3..]); // not the optimizer's
        Assert.Equal(before, Values(store));
        Assert.Throws<NotSupportedException>(() => sgd.WithAverage<int>(() => throw new NotSupportedException("while the average is in place")));
        Assert.Equal(before, Values(store));
    });

    [Theory]
    [InlineData(ElementType.Float32), InlineData(ElementType.Float64), InlineData(ElementType.BFloat16)]
    public void A_gradient_that_is_not_finite_can_be_refused(ElementType type) => Scoped(() =>
    {
        using var store = Store(type);
        var adam = new Adam(store) { RefusesNonFinite = true, AverageDecay = 0.5 };
        Backward(store);
        Assert.InRange(adam.Step(0.1), 8, 10); // computed though nothing is clipped
        double[] State() => [.. Values(store), .. store.Companions["average"].To(ElementType.Float64).ToArray<double>()];
        var before = State();
        Backward(store, double.PositiveInfinity);
        Assert.False(double.IsFinite(adam.Step(0.1)));
        Assert.Equal(before, State());
        Assert.Equal(1, adam.StepCount);
        Assert.NotNull(store["a"].Grad);
    });

    [Fact]
    public void A_selection_moves_alone() => Scoped(() =>
    {
        using var store = Store(ElementType.Float64);
        var adam = new Adam(store.Select("b"));
        Backward(store);
        adam.Step(0.1);
        Assert.Equal(Start[..3], store["a"].ToArray<double>());
        Assert.NotEqual(Start[3..], store["b"].ToArray<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Step(double.NaN));
    });

    [Fact]
    public void Schedules_are_pure_functions_of_the_step()
    {
        Assert.Equal(0.3, Schedules.Constant(0.3)(17));
        Assert.Equal([0.0, 0.5, 1.0, 1.0], new long[] { 0, 5, 10, 20 }.Select(s => Schedules.Linear(0, 1, 10)(s)));
        Assert.Equal(0.5, Schedules.Cosine(1, 0, 10)(5), 12);
        Assert.Equal(0, Schedules.Cosine(1, 0, 10)(10), 12);
        Assert.Equal(0.25, Schedules.Exponential(1, 0.5, 10)(20), 12);
        Assert.Equal([1.0, 0.1, 0.1, 0.01], new long[] { 9, 10, 19, 20 }.Select(s => Schedules.Staircase(1, (10, 0.1), (20, 0.01))(s)));
        Assert.Equal([0.25, 0.5, 1, 1], new long[] { 0, 1, 3, 9 }.Select(s => Schedules.Constant(1).WithWarmUp(4)(s)));
        Assert.Throws<ArgumentException>(() => Schedules.Staircase(1, (10, 1), (10, 2)));
    }
}
