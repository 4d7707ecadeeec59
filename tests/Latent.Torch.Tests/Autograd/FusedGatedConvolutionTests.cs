namespace Latent.Torch.Tests.Autograd;

using Autograd = Latent.Torch.Autograd;

public sealed class FusedGatedConvolutionTests : ScopedTest
{
    private const int B = 3, H = 5, W = 7;
    private static readonly Rng Seed = new(43);

    /// <summary>Sizes: Ci, C, rows, columns, taps, whether h is added, the condition's first two axes, 0 for none.</summary>
    public static TheoryData<int, int, int, int, int, bool, int, int> Sizes => new()
    {
        { 1, 3, 4, 7, 3, false, 0, 0 },
        { 5, 5, 2, 3, 2, true, 0, 0 },
        { 2, 3, 3, 5, 3, false, B, 1 },
        { 17, 17, 2, 3, 2, true, B, H * W },
        { 2, 3, 3, 5, 2, false, 1, H * W },
        { 5, 5, 2, 3, 2, true, 1, 1 },
    };

    private static (Tensor V, Tensor H, Tensor? Condition, GatedConvolution Layer, Tensor[] Leaves) Make(int inputs, int channels, int rows, int columns, int taps, bool isResidual, int conditioned, int conditions, ElementType type = ElementType.Float64)
    {
        var leaves = new List<Tensor>();
        Tensor Leaf(params long[] shape)
        {
            var leaf = (Seed.Fork("leaf", leaves.Count).Normal(shape, ElementType.Float64) * 0.5).To(type);
            leaf.RequiresGrad = true;
            leaves.Add(leaf);
            return leaf;
        }
        var (v, h) = (Leaf(B, H, W, inputs), Leaf(B, H, W, inputs));
        var layer = new GatedConvolution(
            rows, columns, taps, isResidual, Leaf(2 * channels, rows * columns * inputs), Leaf(2 * channels), Leaf(2 * channels, taps * inputs + 2 * channels), Leaf(2 * channels),
            Leaf(channels, channels), Leaf(channels));
        var condition = conditions == 0 ? null : Leaf(conditioned, conditions, 4 * channels);
        return (v, h, condition, layer, [.. leaves]);
    }

    /// <summary>Outputs of both forms, and the gradients of a sum with weights that differ.</summary>
    private static (Tensor[] Fused, Tensor[] Composite) Both(Tensor v, Tensor h, Tensor? condition, GatedConvolution layer, Tensor[] leaves)
    {
        Tensor[] Run(Func<(Tensor V, Tensor H)> apply)
        {
            var (outputV, outputH) = apply();
            var weight = (Tensor.Arange(outputV.Elements, dtype: outputV.ElementType) * 0.7).Cos().Reshape(outputV.Shape);
            return [outputV, outputH, .. Autograd.Grad((outputV * weight).Sum() + (outputH * weight.Square()).Sum(), leaves)];
        }
        return (Run(() => FusedGatedConvolution.Apply(v, h, layer, condition)), Run(() => FusedGatedConvolution.Composite(v, h, layer, condition)));
    }

    private static double Deviation(Tensor[] fused, Tensor[] composite) => fused.Zip(composite).Max(pair =>
    {
        Assert.Equal(pair.Second.Shape, pair.First.Shape);
        return ((pair.First - pair.Second).Abs().Max() / pair.Second.Abs().Max().ClampMin(1)).Item<double>();
    });

    [Theory, MemberData(nameof(Sizes))]
    public void It_is_the_composite_form(int inputs, int channels, int rows, int columns, int taps, bool isResidual, int conditioned, int conditions) => Scoped(() =>
    {
        var (v, h, condition, layer, leaves) = Make(inputs, channels, rows, columns, taps, isResidual, conditioned, conditions);
        var (fused, composite) = Both(v, h, condition, layer, leaves);
        Assert.InRange(Deviation(fused, composite), 0, 1e-13);
    });

    [Theory, MemberData(nameof(Sizes))]
    public void So_it_is_in_single_precision(int inputs, int channels, int rows, int columns, int taps, bool isResidual, int conditioned, int conditions) => Scoped(() =>
    {
        var (v, h, condition, layer, leaves) = Make(inputs, channels, rows, columns, taps, isResidual, conditioned, conditions, ElementType.Float32);
        var (fused, composite) = Both(v, h, condition, layer, leaves);
        Assert.InRange(Deviation(fused, composite), 0, 1e-5);
    });

    [RequiresBFloat16Fact]
    public void Autocast_rounds_factors_alone() => Scoped(() =>
    {
        var (v, h, condition, layer, leaves) = Make(17, 17, 2, 3, 2, isResidual: true, B, 1, ElementType.Float32);
        var (_, composite) = Both(v, h, condition, layer, leaves);
        using var casting = Autograd.Autocast();
        var (fused, _) = Both(v, h, condition, layer, leaves);
        Assert.All(fused, y => Assert.Equal(ElementType.Float32, y.ElementType));
        Assert.InRange(Deviation(fused, composite), 1e-5, 0.03);
    });

    [Fact]
    public void Gradients_equal_differences() => Scoped(() =>
    {
        var (_, _, _, layer, leaves) = Make(2, 3, 2, 3, 2, isResidual: false, B, 1);
        Assert.InRange(Derivatives.GradientDeviation(x =>
        {
            var moved = layer with { Vertical = x[2], VerticalBias = x[3], Horizontal = x[4], HorizontalBias = x[5], Output = x[6], OutputBias = x[7] };
            var (v, h) = FusedGatedConvolution.Apply(x[0], x[1], moved, x[8]);
            return Tensor.Cat([v, h], -1);
        }, leaves), 0, 1e-7);
    });

    [Theory, InlineData(true), InlineData(false)]
    public void One_output_alone_and_inputs_without_gradient_will_do(bool usesH) => Scoped(() =>
    {
        var (v, h, _, layer, leaves) = Make(5, 5, 2, 3, 2, isResidual: true, 0, 0);
        (v, h) = (v.Detach(), h.Detach());
        Tensor Used((Tensor V, Tensor H) outputs) => (usesH ? outputs.H : outputs.V).Square().Sum();
        var (fused, composite) = (FusedGatedConvolution.Apply(v, h, layer), FusedGatedConvolution.Composite(v, h, layer));
        var wanted = usesH ? leaves[2..] : leaves[2..4];
        Assert.InRange(Deviation(Autograd.Grad(Used(fused), wanted), Autograd.Grad(Used(composite), wanted)), 0, 1e-13);
    });

    [Theory, InlineData(B), InlineData(1)]
    public void Threads_change_nothing_but_rounding(int conditioned) => Scoped(() =>
    {
        var (v, h, condition, layer, leaves) = Make(5, 5, 2, 3, 2, isResidual: true, conditioned, H * W);
        var before = Libtorch.Threads;
        try
        {
            Libtorch.Threads = 1;
            var (one, _) = Both(v, h, condition, layer, leaves);
            Libtorch.Threads = 3;
            var (three, _) = Both(v, h, condition, layer, leaves);
            Assert.InRange(Deviation(one, three), 0, 1e-13);
        }
        finally
        {
            Libtorch.Threads = before;
        }
    });

    [Fact]
    public void Shapes_that_do_not_fit_are_named() => Scoped(() =>
    {
        var (v, h, _, layer, _) = Make(5, 5, 2, 3, 2, isResidual: true, 0, 0);
        string Message(Action apply) => Assert.Throws<ArgumentException>(apply).Message;
        Assert.Contains("Vertical is [10, 30], but must be [10, 45]", Message(() => FusedGatedConvolution.Apply(v, h, layer with { Rows = 3 })), StringComparison.Ordinal);
        Assert.Contains("columns are odd", Message(() => FusedGatedConvolution.Apply(v, h, layer with { Columns = 4 })), StringComparison.Ordinal);
        Assert.Contains("v's shape", Message(() => FusedGatedConvolution.Apply(v, h[..2], layer)), StringComparison.Ordinal);
        Assert.Contains("[B, H, W, Ci]", Message(() => FusedGatedConvolution.Apply(v[0], h[0], layer)), StringComparison.Ordinal);
        Assert.Contains("condition", Message(() => FusedGatedConvolution.Apply(v, h, layer, Tensor.Zeros([B, 2, 20], dtype: v.ElementType))), StringComparison.Ordinal);
    });
}
