namespace Latent.Torch.Tests.Parameters;

public sealed class ParameterStoreTests : ScopedTest
{
    private static ParameterStore Small(ulong seed = 0, bool extra = false)
    {
        var store = new ParameterStore(ElementType.Float64);
        using var scope = TensorScope.Open();
        var init = store.Init(seed);
        if (extra) init["extra"].Parameter("weight", [5], Initializers.Normal(1));
        init["encoder"]["fc1"].Parameter("weight", [7, 5], Initializers.FanIn(5));
        init["encoder"]["fc1"].Parameter("bias", [7], Initializers.Zeros);
        init["decoder"].Parameter("weight", [3], Initializers.Normal(2));
        init["decoder"].Buffer("mask", () => Tensor.Ones([3]));
        return store;
    }

    [Fact]
    public void Paths_lead_to_parameters_and_buffers()
    {
        using var store = Small();
        Assert.Equal(["encoder/fc1/weight", "encoder/fc1/bias", "decoder/weight"], store.Parameters.Select(p => p.Path));
        Assert.Equal(new Shape([7, 5]), store["encoder/fc1/weight"].Shape);
        Assert.True(store["decoder/weight"].RequiresGrad);
        Assert.False(store["decoder/mask"].RequiresGrad);
        Assert.Equal(45, store.ParameterCount);
        Assert.Contains("decoder/weight", Assert.Throws<KeyNotFoundException>(() => store["decoder/wieght"]).Message);
    }

    [Fact]
    public void Initial_values_depend_on_seed_and_path_alone()
    {
        using var store = Small(seed: 3);
        using var other = Small(seed: 3, extra: true);
        using var third = Small(seed: 4);
        Assert.Equal(store["decoder/weight"].ToArray<double>(), other["decoder/weight"].ToArray<double>());
        Assert.NotEqual(store["decoder/weight"].ToArray<double>(), third["decoder/weight"].ToArray<double>());
    }

    [Fact]
    public void Duplicates_late_comers_and_odd_names_are_refused()
    {
        using var store = Small();
        Assert.Contains("a name of its own", Assert.Throws<ArgumentException>(() => store.Init()["decoder"].Parameter("weight", [3], Initializers.Zeros)).Message);
        Assert.Contains("no name", Assert.Throws<ArgumentException>(() => store.Init()["a/b"]).Message);
        _ = store.Flat;
        Assert.Contains("too late", Assert.Throws<InvalidOperationException>(() => store.Init().Parameter("late", [3], Initializers.Zeros)).Message);
        Assert.Throws<ArgumentException>(() => new ParameterStore(ElementType.Int64));
    }

    [Fact]
    public void The_flat_buffer_is_the_parameters()
    {
        using var store = Small(seed: 5);
        var before = store.Parameters.Select(p => p.Value.ToArray<double>()).ToArray();
        var weight = store["encoder/fc1/weight"];
        var flat = store.Flat;
        Assert.Equal(before, store.Parameters.Select(p => p.Value.ToArray<double>()).ToArray());
        Assert.All(store.Parameters, p => Assert.Equal(0, p.Offset * 8 % 64));
        flat.AsSpan<double>().Fill(0.5);
        Assert.All(weight.ToArray<double>(), v => Assert.Equal(0.5, v));
        Assert.True(weight.RequiresGrad && weight.IsLeaf);
    }

    [Theory]
    [InlineData("**", 3), InlineData("encoder/**", 2), InlineData("*/weight", 1), InlineData("**/weight", 2), InlineData("encoder/*/bias", 1), InlineData("dec*/**", 1)]
    public void Globs_select(string glob, int count)
    {
        using var store = Small();
        Assert.Equal(count, store.Select(glob).Count);
    }

    [Fact]
    public void A_glob_that_matches_nothing_says_what_there_is()
    {
        using var store = Small();
        Assert.Contains("encoder/fc1/weight", Assert.Throws<ArgumentException>(() => store.Select("nothing/**")).Message);
    }

    [Fact]
    public void Replicas_share_memory_and_have_gradients_of_their_own() => Scoped(() =>
    {
        using var store = Small(seed: 6);
        using var replica = store.Replicate();
        store.Flat.AsSpan<double>().Fill(2);
        Assert.All(replica["decoder/weight"].ToArray<double>(), v => Assert.Equal(2, v));
        replica["decoder/weight"].Square().Sum().Backward();
        Assert.Null(store["decoder/weight"].Grad);
        Assert.Equal([4.0, 4, 4], replica["decoder/weight"].Grad!.ToArray<double>());
        var rebuilt = replica.Init()["decoder"].Parameter("weight", [3], Initializers.Zeros);
        Assert.Same(replica["decoder/weight"], rebuilt);
        Assert.Contains("same code", Assert.Throws<InvalidOperationException>(() => replica.Init().Parameter("other", [3], Initializers.Zeros)).Message);
        Assert.Contains("same code", Assert.Throws<InvalidOperationException>(() => replica.Init()["decoder"].Parameter("weight", [4], Initializers.Zeros)).Message);
    });

    [Fact]
    public void A_disposed_store_says_so()
    {
        var store = Small();
        var weight = store["decoder/weight"];
        store.Dispose();
        Assert.Contains("ParameterStore that owned it was disposed", Assert.Throws<ObjectDisposedException>(() => weight.Shape).Message);
    }

    [Fact]
    public void Initializers_do_what_they_say() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var init = store.Init(1);
        Assert.All(init.Parameter("uniform", [500], Initializers.Uniform(-0.25, 0.5)).ToArray<double>(), v => Assert.InRange(v, -0.25, 0.5));
        Assert.All(init.Parameter("fan", [500], Initializers.FanIn(4)).ToArray<double>(), v => Assert.InRange(v, -0.5, 0.5));
        Assert.All(init.Parameter("kaiming", [500], Initializers.KaimingUniform(6)).ToArray<double>(), v => Assert.InRange(v, -1, 1));
        Assert.All(init.Parameter("xavier", [500], Initializers.XavierUniform(2, 4)).ToArray<double>(), v => Assert.InRange(v, -1, 1));
        Assert.InRange(init.Parameter("normal", [2000], Initializers.Normal(3)).ToArray<double>().Select(v => v * v).Average(), 8, 10);
        Assert.Equal([1.0, 2], init.Parameter("values", [2], Initializers.Values([1, 2])).ToArray<double>());
        Assert.Throws<ArgumentException>(() => init.Parameter("wrong", [3], Initializers.Values([1, 2])));
        foreach (var (name, rows, columns) in new[] { ("tall", 7L, 3L), ("wide", 3L, 7L) })
        {
            var q = init.Parameter(name, [rows, columns], Initializers.Orthogonal(2)).Detach();
            var gram = rows > columns ? q.T().MatMul(q) : q.MatMul(q.T());
            Assert.True(gram.AllClose(Tensor.Eye(3, dtype: ElementType.Float64) * 4));
        }
    });
}
