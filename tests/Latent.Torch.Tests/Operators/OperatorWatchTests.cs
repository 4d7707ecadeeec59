namespace Latent.Torch.Tests.Operators;

public sealed class OperatorWatchTests : ScopedTest
{
    private static readonly Activation Identity = Activation.Identity;

    [Fact]
    public void The_first_call_that_makes_an_infinity_is_found() => Scoped(() =>
    {
        var x = Tensor.From([1f, 200, 3]);
        using var watch = new OperatorWatch();
        var y = (x + 1).Exp();
        _ = y - y;
        Assert.Equal("aten::exp(self: Float32 [3] on cpu)", watch.First);
    });

    [Fact]
    public void Numbers_that_were_not_finite_before_are_nobodys_fault() => Scoped(() =>
    {
        var x = Tensor.From([1f, float.NaN]);
        using var watch = new OperatorWatch();
        _ = (x * 2).Exp() + x.MaskedFill(x > 0, double.PositiveInfinity);
        _ = Tensor.From([3, 4]) + 1;
        Assert.Null(watch.First);
        _ = Tensor.From([0f]).Log();
        Assert.Equal("aten::log(self: Float32 [1] on cpu)", watch.First);
    });

    [Fact]
    public void Calls_that_change_their_argument_or_give_several_results_are_followed() => Scoped(() =>
    {
        var x = Tensor.From([1e30f, 2, 3, 4], 2, 2);
        using var watch = new OperatorWatch();
        var (values, _) = x.Max(0);
        values.MulInPlace(1e30);
        Assert.StartsWith("aten::mul_", watch.First, StringComparison.Ordinal);
    });

    [Fact]
    public void Nodes_written_in_csharp_are_followed_forward_and_backward() => Scoped(() =>
    {
        var weight = Leaf([1e30f, 1e30f, 1e30f, 1e30f, 1e30f, 1e30f], 2, 3);
        using (var watch = new OperatorWatch())
        {
            _ = FusedMlp.Apply(Tensor.Full([7, 3], 1e20, dtype: ElementType.Float32), new DenseWeights(weight, null, Identity));
            Assert.Equal("FusedMlp(Float32 [7, 3] on cpu, Float32 [2, 3] on cpu)", watch.First);
        }
        using (var watch = new OperatorWatch())
        {
            var small = Leaf([1e-10f, 2e-10f, 3e-10f], 1, 3);
            var loss = (FusedMlp.Apply(Tensor.Full([7, 3], 1e30, dtype: ElementType.Float32), new DenseWeights(small, null, Identity)) * 1e10).Sum();
            Assert.Null(watch.First);
            Assert.Equal("backward of FusedMlp(Float32 [7, 3] on cpu, Float32 [1, 3] on cpu)", watch.FirstInBackward(loss));
        }
    });

    /// <summary>The gradient of x arrives by two ways; the one that is called later is not at fault.</summary>
    [Fact]
    public void A_gradient_that_several_calls_share_is_traced_to_the_right_one() => Scoped(() =>
    {
        var x = Leaf([0f, 0]);
        using var watch = new OperatorWatch();
        var root = x.Sum().Sqrt();
        var wave = x.Sin().Sum();
        Assert.Equal("backward of aten::sqrt(self: Float32 [] on cpu)", watch.FirstInBackward(root + wave));
        Assert.Null(watch.FirstInBackward(wave));
    });

    [Fact]
    public void A_watch_ends_and_leaves_nothing_behind() => Scoped(() =>
    {
        var before = TensorScope.LiveTensors;
        using (TensorScope.Open())
        {
            using var watch = new OperatorWatch();
            Assert.True(OperatorWatch.IsOn);
            Assert.Throws<InvalidOperationException>(() => new OperatorWatch());
            Leaf([2f]).Exp().Sum().Backward();
        }
        Assert.Null(OperatorWatch.Current);
        Assert.Equal(before, TensorScope.LiveTensors);
    });

    private static Tensor Leaf(float[] values, params ReadOnlySpan<long> shape)
    {
        var leaf = Tensor.From(values, shape);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
