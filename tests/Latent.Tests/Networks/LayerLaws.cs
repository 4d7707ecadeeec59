using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>What holds for every layer.</summary>
public sealed class LayerLaws : ScopedTest
{
    private const int Batch = 7;
    private static readonly Rng Seed = new(20);

    public static TheoryData<string> All => [.. Layers.All.Select(r => r.Name)];
    public static TheoryData<string> WithParameters => [.. Layers.All.Where(r => r.Layer != typeof(Dropout)).Select(r => r.Name)];
    public static TheoryData<string> PerExample => [.. Layers.All.Where(r => !r.DependsOnPlace).Select(r => r.Name)];
    public static TheoryData<string> WithWrongShapes => [.. Layers.All.Where(r => !r.TakesAnyShape).Select(r => r.Name)];

    /// <summary>The row, built in a Float64 store whose parameters have left their initial values, so that zeros and ones hide nothing.</summary>
    private static void Check(string name, Action<LayerRow, ParameterStore, Func<Tensor[], Tensor>> law) => Scoped(() =>
    {
        var row = Layers.All.Single(r => r.Name == name);
        using var store = new ParameterStore(ElementType.Float64);
        var forward = row.Build(store.Init()["layer"]);
        foreach (var p in store.Parameters)
        {
            var values = p.Value.AsSpan<double>();
            var noise = Seed.Fork(p.Path).Normal(p.Shape, ElementType.Float64).AsSpan<double>();
            for (var i = 0; i < values.Length; i++) values[i] += 0.5 * noise[i];
        }
        law(row, store, forward);
    });

    [Theory, MemberData(nameof(All))]
    public void Gradients_equal_differences(string name) => Check(name, (row, store, forward) =>
    {
        var x = row.Draw(Seed, 2);
        var leaves = store.Parameters.Select(p => (p.Path, p.Value)).ToList();
        if (row.Symbols == 0)
            for (var i = 0; i < x.Length; i++)
            {
                x[i].RequiresGrad = true;
                leaves.Add(($"input {i}", x[i]));
            }
        var weights = Seed.Fork("weights").Normal(forward(x).Shape, ElementType.Float64);
        GradientCheck.Passes(() => (forward(x) * weights).Sum(), leaves);
    });

    [Theory, MemberData(nameof(PerExample))]
    public void A_batch_is_a_loop_over_examples(string name) => Check(name, (row, _, forward) =>
    {
        var x = row.Draw(Seed, Batch);
        var y = forward(x);
        for (var b = 0; b < Batch; b++) Close.Equal(forward([.. x.Select(t => t[b])]), y[b]);
    });

    [Theory, MemberData(nameof(All))]
    public void Batches_may_have_any_number_of_axes(string name) => Check(name, (row, _, forward) =>
    {
        var x = row.Draw(Seed, 6);
        var y = forward(x);
        var folded = forward([.. x.Select(t => t.Unflatten(0, 2, 3))]);
        Close.Equal(y, folded.Flatten(0, 1));
    });

    [Theory, MemberData(nameof(All))]
    public void A_batch_may_be_empty(string name) => Check(name, (row, _, forward) =>
        Assert.Equal([0, .. forward(row.Draw(Seed, 2)).Shape[1..]], forward(row.Draw(Seed, 0)).Shape));

    [Theory, MemberData(nameof(All))]
    public void Single_precision_differs_by_rounding_only(string name) => Check(name, (row, store, forward) =>
    {
        using var single = new ParameterStore();
        var forwardSingle = row.Build(single.Init()["layer"]);
        foreach (var p in single.Parameters)
        {
            var from = store[p.Path].AsSpan<double>();
            var to = p.Value.AsSpan<float>();
            for (var i = 0; i < to.Length; i++) to[i] = (float)from[i];
        }
        var x = row.Draw(Seed, Batch);
        var y = forwardSingle([.. x.Select(t => row.Symbols > 0 ? t : t.To(ElementType.Float32))]);
        Assert.Equal(ElementType.Float32, y.ElementType);
        Close.Equal(forward(x), y, 3e-5);
    });

    [Theory, MemberData(nameof(WithParameters))]
    public void Initial_values_depend_on_the_path_alone(string name) => Scoped(() =>
    {
        var row = Layers.All.Single(r => r.Name == name);
        using ParameterStore alone = new(ElementType.Float64), among = new(ElementType.Float64), elsewhere = new(ElementType.Float64);
        row.Build(alone.Init(3)["layer"]);
        row.Build(among.Init(3)["before"]);
        row.Build(among.Init(3)["layer"]);
        row.Build(elsewhere.Init(4)["layer"]);
        var values = alone.Parameters.Select(p => p.Value.ToArray<double>()).ToList();
        Assert.Equal(values, alone.Parameters.Select(p => among[p.Path].ToArray<double>()));
        // Where values are drawn at all (a bound says so), another place or seed gives others.
        var drawn = alone.Parameters.Where((_, i) => values[i].Distinct().Count() > 1).ToList();
        Assert.All(drawn, p => Assert.NotEqual(p.Value.ToArray<double>(), among[p.Path.Replace("layer", "before")].ToArray<double>()));
        Assert.All(drawn, p => Assert.NotEqual(p.Value.ToArray<double>(), elsewhere[p.Path].ToArray<double>()));
    });

    [Theory, MemberData(nameof(WithParameters))]
    public void A_name_can_be_given_once(string name) => Check(name, (row, store, _) =>
    {
        var error = Assert.Throws<ArgumentException>(() => { row.Build(store.Init()["layer"]); });
        Assert.Contains("give each layer a name of its own", error.Message);
    });

    [Theory, MemberData(nameof(WithParameters))]
    public void A_replica_computes_the_same(string name) => Check(name, (row, store, forward) =>
    {
        var x = row.Draw(Seed, Batch);
        using var replica = store.Replicate();
        var copy = row.Build(replica.Init()["layer"]);
        Assert.Equal(forward(x).ToArray<double>(), copy(x).ToArray<double>());
        store.Flat.AsSpan<double>().Fill(0.1); // one memory …
        Assert.Equal(forward(x).ToArray<double>(), copy(x).ToArray<double>());
        copy(x).Sum().Backward(); // … but gradients of their own
        Assert.All(replica.Parameters, p => Assert.NotNull(p.Value.Grad));
        Assert.All(store.Parameters, p => Assert.Null(p.Value.Grad));
    });

    [Theory, MemberData(nameof(WithWrongShapes))]
    public void A_wrong_shape_is_named_beside_the_right_one(string name) => Check(name, (row, _, forward) =>
    {
        for (var wrong = 0; wrong < row.Events.Length; wrong++)
        {
            var x = row.Draw(Seed, Batch);
            var axis = row.Events[wrong].Rank == 3 ? -3 : -1; // channels, or features
            x[wrong] = Tensor.Cat([x[wrong], x[wrong].Narrow(axis, 0, 1)], axis);
            var error = Assert.Throws<ArgumentException>(() => { forward(x); });
            Assert.Contains($"must have the shape [", error.Message);
            Assert.Contains($"= {row.Events[wrong][row.Events[wrong].Rank + axis]}", error.Message);
            Assert.Contains($"but is Float64 {x[wrong].Shape} on cpu. ", error.Message);
            Assert.NotNull(error.ParamName);
        }
    });

    [Fact]
    public void Every_layer_has_a_row() =>
        Assert.Empty(Classes().Except(Layers.All.Select(r => r.Layer)).Select(t => t.Name));

    [Fact]
    public void Every_layer_is_a_constructor_and_a_forward_pass() => Assert.All(Classes(), layer =>
    {
        Assert.Equal(typeof(object), layer.BaseType);
        Assert.Empty(layer.GetInterfaces());
        var parameters = Assert.Single(layer.GetConstructors()).GetParameters();
        Assert.True(parameters[0].ParameterType == typeof(Init) || layer == typeof(Dropout), $"The constructor of {layer.Name} must begin with Init.");
        var methods = layer.GetMethods(System.Reflection.BindingFlags.DeclaredOnly | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static);
        string[] names = [.. methods.Where(m => !m.IsSpecialName).Select(m => m.Name)];
        Assert.Equal(layer == typeof(MaskedMlp) ? ["Forward", "Unroll"] : ["Forward"], names); // it too can run coordinate by coordinate
        Assert.DoesNotContain(layer.GetProperties(), p => p.SetMethod is not null);
    });

    private static IEnumerable<Type> Classes() =>
        typeof(Linear).Assembly.GetExportedTypes().Where(t => t.Namespace == typeof(Linear).Namespace && t.IsClass && !(t.IsAbstract && t.IsSealed));
}
