using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>Which output depends on which input: the zeros of the Jacobian, exactly.</summary>
public sealed class CausalityTests : ScopedTest
{
    private const int H = 4, W = 5;
    private static readonly Rng Seed = new(22);

    private static void Check(Tensor x, Func<Tensor, Tensor> forward, Func<int, int, bool> isSeen)
    {
        x.RequiresGrad = true;
        var jacobian = Jacobian.Of(forward(x), x);
        for (var o = 0; o < jacobian.GetLength(0); o++)
            for (var i = 0; i < jacobian.GetLength(1); i++)
                Assert.True(jacobian[o, i] != 0 == isSeen(o, i), $"Output {o} {(isSeen(o, i) ? "does not depend" : "depends")} on input {i}.");
    }

    private static (int Channel, int Row, int Column) Place(int element) => (element / (H * W), element / W % H, element % W);

    [Theory]
    [InlineData(MaskType.A, 1, 2, 3)]
    [InlineData(MaskType.B, 1, 2, 3)]
    [InlineData(MaskType.A, 3, 3, 6)]
    [InlineData(MaskType.B, 3, 6, 3)]
    public void A_masked_convolution_sees_its_kernel_up_to_its_own_colour(MaskType type, int colors, int inputs, int outputs) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var layer = new MaskedConv2d(store.Init(), type, inputs, outputs, (3, 5), colors);
        Check(Seed.Normal([inputs, H, W], ElementType.Float64), layer.Forward, (o, i) =>
        {
            var (to, from) = (Place(o), Place(i));
            var isInKernel = Math.Abs(to.Row - from.Row) <= 1 && Math.Abs(to.Column - from.Column) <= 2;
            var isBefore = from.Row < to.Row || (from.Row == to.Row && from.Column < to.Column);
            var isHere = (from.Row, from.Column) == (to.Row, to.Column);
            var (fromColor, toColor) = (from.Channel / (inputs / colors), to.Channel / (outputs / colors));
            return isInKernel && (isBefore || (isHere && (type == MaskType.A ? fromColor < toColor : fromColor <= toColor)));
        });
    });

    [Fact]
    public void A_stack_of_masked_convolutions_predicts_each_colour_from_those_before() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var first = new MaskedConv2d(store.Init()["first"], MaskType.A, 3, 6, 3, colors: 3);
        var second = new MaskedConv2d(store.Init()["second"], MaskType.B, 6, 6, 3, colors: 3);
        var third = new MaskedConv2d(store.Init()["third"], MaskType.B, 6, 3, 1, colors: 3);
        Check(Seed.Normal([3, H, W], ElementType.Float64), x => third.Forward(second.Forward(first.Forward(x).Tanh()).Tanh()), (o, i) =>
        {
            var (to, from) = (Place(o), Place(i));
            var (rows, columns) = (to.Row - from.Row, to.Column - from.Column);
            if (rows == 0 && columns == 0) return from.Channel < to.Channel;
            // Each 3×3 layer reaches one row up, or one column to the left in its own row; going up it may go right.
            return rows switch
            {
                0 => columns is 1 or 2,
                1 => columns is >= -1 and <= 2,
                2 => columns is >= -2 and <= 2,
                _ => false,
            };
        });
    });

    [Fact]
    public void A_masked_linear_layer_sees_what_the_mask_shows() => Scoped(() =>
    {
        bool[,] mask = { { false, false, false }, { true, false, false }, { true, true, false }, { false, false, true } };
        using var store = new ParameterStore(ElementType.Float64);
        var layer = new MaskedLinear(store.Init(), mask);
        Check(Seed.Normal([3], ElementType.Float64), layer.Forward, (o, i) => mask[o, i]);
    });

    [Fact]
    public void Causal_attention_sees_the_past_and_itself() => Scoped(() =>
    {
        const int Width = 6;
        using var store = new ParameterStore(ElementType.Float64);
        var layer = new MultiHeadAttention(store.Init(), Width, 2, isCausal: true);
        Check(Seed.Normal([7, Width], ElementType.Float64), x => layer.Forward(x), (o, i) => i / Width <= o / Width);
    });

    public static TheoryData<int, bool, bool> MaskedMlps => new()
    {
        { 0, false, false }, { 1, false, false }, { 2, false, false }, { 0, true, false }, { 2, true, true }, { 1, false, true },
    };

    [Theory, MemberData(nameof(MaskedMlps))]
    public void A_masked_perceptron_sees_what_stands_before_in_its_order(int order, bool hasRandomDegrees, bool isDirect) => Scoped(() =>
    {
        const int D = 5, P = 3;
        long[][] orders = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 1, 3]];
        using var store = new ParameterStore(ElementType.Float64);
        var network = new MaskedMlp(store.Init(), orders, [47, 53], P, Activation.Tanh, isDirect: isDirect, hasRandomDegrees: hasRandomDegrees);
        int Rank(int coordinate) => Array.IndexOf(orders[order], coordinate);
        Check(Seed.Normal([D], ElementType.Float64), x => network.Forward(x, order: order), (o, i) => Rank(i) < Rank(o / P));
    });

    [Fact]
    public void Few_units_are_spread_over_all_coordinates() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var network = new MaskedMlp(store.Init(), [[0, 1, 2, 3, 4, 5, 6]], [3], 1, Activation.Tanh);
        long[] degrees = [1, 3, 5];
        Check(Seed.Normal([7], ElementType.Float64), x => network.Forward(x), (o, i) => degrees.Any(m => i + 1 <= m && m < o + 1));
    });

    [Fact]
    public void A_context_is_seen_by_all_coordinates() => Scoped(() =>
    {
        const int D = 3, C = 5;
        using var store = new ParameterStore(ElementType.Float64);
        var network = new MaskedMlp(store.Init(), [[2, 0, 1]], [31, 37], 1, Activation.Tanh, C);
        Check(Seed.Normal([D + C], ElementType.Float64), x => network.Forward(x[..D], x[D..]), (o, i) => i >= D || (o, i) is (0, 2) or (1, 2) or (1, 0));
    });

    [Fact]
    public void A_single_coordinate_depends_on_nothing_but_its_context() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var (alone, given) = (new MaskedMlp(store.Init()["alone"], [[0]], [7], 2, Activation.Tanh), new MaskedMlp(store.Init()["given"], [[0]], [7], 2, Activation.Tanh, 1));
        var x = Seed.Normal([2], ElementType.Float64);
        Check(x, v => alone.Forward(v[..1]), (_, _) => false);
        Check(x, v => given.Forward(v[..1], v[1..]), (_, i) => i == 1);
    });

    /// <summary>How far a masked 3×3 convolution reaches, as (rows up, columns to the left): type A, and type B.</summary>
    private static readonly (int, int)[] ReachOfA = [(1, 1), (1, 0), (1, -1), (0, 1)], ReachOfB = [.. ReachOfA, (0, 0)];

    private static HashSet<(int, int)> Reach(params (int Rows, int Columns)[][] layers)
    {
        HashSet<(int, int)> reach = [(0, 0)];
        foreach (var layer in layers) reach = [.. reach.SelectMany(from => layer, ((int Rows, int Columns) from, (int Rows, int Columns) to) => (from.Rows + to.Rows, from.Columns + to.Columns))];
        return reach;
    }

    [Fact]
    public void A_pixel_cnn_sees_before_but_for_its_blind_spot() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var network = new PixelCnn(store.Init(), [1, H, W], 2, 16, 2, kernel: 3);
        var reach = Reach(ReachOfA, ReachOfB, ReachOfB);
        Check(Seed.Normal([1, H, W], ElementType.Float64), network.Forward, (o, i) =>
        {
            var (to, from) = (Place(o / 2), Place(i));
            return reach.Contains((to.Row - from.Row, to.Column - from.Column));
        });
    });

    [Theory, InlineData(1), InlineData(2)]
    public void A_pixel_cnn_of_colours_sees_those_before(int blocks) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var network = new PixelCnn(store.Init(), [2, H, W], 1, 32, blocks, kernel: 3);
        var reach = Reach([ReachOfA, .. Enumerable.Repeat(ReachOfB, blocks)]);
        // A colour's own pixel counts up to it, wherever a path passes: the second colour of a pixel before sees the first one there.
        reach.Remove((0, 0));
        Check(Seed.Normal([2, H, W], ElementType.Float64), network.Forward, (o, i) =>
        {
            var (to, from) = (Place(o), Place(i));
            return (to.Row, to.Column) == (from.Row, from.Column) ? from.Channel < to.Channel : reach.Contains((to.Row - from.Row, to.Column - from.Column));
        });
    });

    [Theory]
    [InlineData(1, 1, false), InlineData(2, 1, false), InlineData(2, 3, true)]
    public void A_gated_pixel_cnn_sees_all_before_and_nothing_else(int colors, int outputs, bool isPixelwise) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var network = new GatedPixelCnn(store.Init(), [colors, H, W], outputs, 16, W - 1, isPixelwise, kernel: 3);
        Check(Seed.Normal([colors, H, W], ElementType.Float64), x => network.Forward(x), (o, i) =>
        {
            var (to, from) = (Place(o / outputs), Place(i));
            var (toPixel, fromPixel) = (to.Row * W + to.Column, from.Row * W + from.Column);
            return fromPixel < toPixel || (fromPixel == toPixel && !isPixelwise && from.Channel < to.Channel);
        });
    });

    [Theory, InlineData(1, 1), InlineData(2, 2)]
    public void Pixel_cnn_plus_plus_sees_all_before_and_nothing_else(int colors, int resolutions) => Scoped(() =>
    {
        const int Outputs = 2, Side = 4;
        using var store = new ParameterStore(ElementType.Float64);
        var network = new PixelCnnPlusPlus(store.Init(), [colors, Side, Side], Outputs, 8, 2, resolutions);
        Check(Seed.Normal([colors, Side, Side], ElementType.Float64), network.Forward, (o, i) => i % (Side * Side) < o / Outputs);
    });

    [Fact]
    public void A_gated_pixel_cnn_sees_a_map_where_it_lies_and_all_of_a_vector() => Scoped(() =>
    {
        const int F = 2;
        using var store = new ParameterStore(ElementType.Float64);
        var network = new GatedPixelCnn(store.Init(), [1, H, W], 1, 16, W, contextFeatures: F, kernel: 3);
        var x = Seed.Normal([1, H, W], ElementType.Float64);
        Check(Seed.Normal([F, H, W], ElementType.Float64), map => network.Forward(x, map), (o, i) =>
        {
            var (to, from) = (Place(o), Place(i));
            return from.Row * W + from.Column <= to.Row * W + to.Column;
        });
        Check(Seed.Normal([F], ElementType.Float64), vector => network.Forward(x, vector), (_, _) => true);
    });
}
