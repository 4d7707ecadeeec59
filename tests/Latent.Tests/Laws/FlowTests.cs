using Latent.Conditionals;
using Latent.Distributions;
using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>Coupling and autoregressive flows: what they are made of, and what they amount to.</summary>
public sealed class FlowTests : ScopedTest
{
    private const int B = 7;
    private const int D = 3;
    private static readonly Rng Stream = new(41);

    private static readonly Dictionary<string, TransformHead> Heads = new()
    {
        ["shift"] = TransformHeads.Shift(),
        ["affine"] = TransformHeads.Affine(2),
        ["spline"] = TransformHeads.RationalQuadraticSpline(5, 3),
        ["sigmoidal"] = TransformHeads.SigmoidalFlow(5),
        ["dense sigmoidal"] = TransformHeads.DenseSigmoidalFlow(3),
        ["logistic mixture"] = TransformHeads.LogisticMixtureCdf(3, 1),
    };

    public static TheoryData<string> HeadNames => [.. Heads.Keys];

    private static Tensor Draw(params long[] shape) => Stream.Fork(new Shape(shape).ToString()).Normal(shape, ElementType.Float64);

    private static void Float64(Action<Init> body) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        body(store.Init(7));
    });

    private static MaskedMlp Network(Init init, long[] order, long outputs, long context = 0, double spread = 0.7) =>
        new(init, [order], [23], outputs, Activation.Tanh, context, outputWeight: Initializers.Normal(spread));

    private static MaskedAutoregressive Autoregressive(Init init, string head, params long[] order)
    {
        var network = Network(init, order, Heads[head].Outputs);
        return new(x => network.Forward(x), order, Heads[head], unrolling: (batch, next) => network.Unroll(batch, next));
    }

    private static Coupling Coupled(Init init, string head, int dimensions, bool isFlipped = false, Initializer? last = null)
    {
        var mask = new CouplingMask([dimensions], CouplingPattern.Halves, isFlipped);
        var network = new Mlp(init, [mask.Kept[0], 23, Heads[head].Outputs * mask.Transformed[0]], Activation.Tanh, outputWeight: last, outputBias: last);
        return new(mask, network.Forward, Heads[head]);
    }

    [Theory, MemberData(nameof(HeadNames))]
    public void A_coupling_whose_last_layer_is_zero_is_the_identity(string head) => Float64(init =>
    {
        var z = Draw(B, 5);
        var (x, logDet) = Coupled(init, head, 5, last: Initializers.Zeros).InverseWithLogDet(z);
        Close.Equal(z, x, 1e-14);
        Close.Equal(Tensor.Zeros([B], dtype: ElementType.Float64), logDet, 1e-14);
    });

    [Theory]
    [InlineData(CouplingPattern.Halves, false, "0 0 1 1 1"), InlineData(CouplingPattern.Halves, true, "1 1 0 0 0")]
    [InlineData(CouplingPattern.Alternating, false, "0 1 0 1 0"), InlineData(CouplingPattern.Alternating, true, "1 0 1 0 1")]
    public void A_coupling_moves_each_entry_by_those_it_keeps(CouplingPattern pattern, bool isFlipped, string moved) => Float64(init =>
    {
        bool[] isMoved = [.. moved.Split(' ').Select(m => m == "1")];
        var mask = new CouplingMask([5], pattern, isFlipped);
        var network = new Mlp(init, [mask.Kept[0], 23, 2 * mask.Transformed[0]], Activation.Tanh);
        CheckJacobian(new Coupling(mask, network.Forward, TransformHeads.Affine()), [5], (o, i) => o == i || (isMoved[o] && !isMoved[i]));
    });

    [Theory, InlineData(false), InlineData(true)]
    public void A_checkerboard_moves_one_colour_by_the_other(bool isFlipped) => Float64(init =>
    {
        const int Height = 3, Width = 3;
        var mask = new CouplingMask([1, Height, Width], CouplingPattern.Checkerboard, isFlipped);
        var network = new Conv2d(init, 1, 2, kernel: 5, padding: 2);
        bool IsMoved(int place) => (place / Width + place % Width) % 2 == 0 == isFlipped;
        CheckJacobian(new Coupling(mask, network.Forward, TransformHeads.Affine()), [1, Height, Width], (o, i) =>
            o == i || (IsMoved(o) && !IsMoved(i) && Math.Abs(o / Width - i / Width) <= 2 && Math.Abs(o % Width - i % Width) <= 2));
    });

    [Theory, MemberData(nameof(HeadNames))]
    public void An_autoregressive_layer_moves_each_coordinate_by_those_before_it(string head) => Float64(init =>
    {
        var f = Autoregressive(init, head, 2, 0, 1);
        var isSeen = (int o, int i) => (o, i) is (0, 2) or (1, 2) or (1, 0) || o == i;
        CheckJacobian(f, [D], isSeen);
        CheckJacobian(f.Inverted, [D], isSeen);
    });

    private static void CheckJacobian(Transform f, Shape eventShape, Func<int, int, bool> isSeen)
    {
        var z = Stream.Normal(eventShape, ElementType.Float64);
        z.RequiresGrad = true;
        var jacobian = Jacobian.Of(f.Forward(z), z);
        for (var o = 0; o < jacobian.GetLength(0); o++)
            for (var i = 0; i < jacobian.GetLength(1); i++)
                Assert.True(jacobian[o, i] != 0 == isSeen(o, i), $"Entry {o} {(isSeen(o, i) ? "does not depend" : "depends")} on entry {i}.");
    }

    [Theory, MemberData(nameof(HeadNames))]
    public void Unit_by_unit_and_pass_by_pass_give_the_same_draws(string head) => Float64(init =>
    {
        var f = Autoregressive(init, head, 2, 0, 1);
        var z = Draw(5, B, D);
        var passes = f.ForwardWithLogDet(z); // recording, so that gradients are there
        using var noGrad = Autograd.NoGrad();
        var units = f.ForwardWithLogDet(z);
        Close.Equal(passes.X, units.X, 1e-12);
        Close.Equal(passes.LogDet, units.LogDet, 1e-12);
    });

    /// <summary>The inverse autoregressive flow computes in one pass what the masked one has to unroll.</summary>
    [Fact]
    public void An_inverse_autoregressive_flow_scores_its_own_draws_without_unrolling() => Float64(init =>
    {
        var network = Network(init, [0, 1, 2], 2);
        var passes = 0;
        var maf = new MaskedAutoregressive(x =>
        {
            passes++;
            return network.Forward(x);
        }, [0, 1, 2], Heads["affine"]);
        var iaf = new Transformed(DiagonalNormal.Standard(D, ElementType.Float64), maf.Inverted);
        var (x, logProb) = iaf.RSampleWithLogProb(Stream, B);
        Assert.Equal(1, passes);
        Close.Equal(iaf.LogProb(x), logProb, 1e-11);
        Assert.Equal(1 + D, passes);
    });

    /// <summary>A base whose coordinates are normal given those before them is one more layer over the standard normal.</summary>
    [Fact]
    public void An_affine_autoregressive_base_is_one_more_layer() => Float64(init =>
    {
        var (first, second) = (Network(init["first"], [0, 1, 2], 2), Autoregressive(init["second"], "affine", 2, 1, 0));
        var layer = new MaskedAutoregressive(x => first.Forward(x), [0, 1, 2], Heads["affine"]);
        var twoLayers = new Transformed(DiagonalNormal.Standard(D, ElementType.Float64), layer.Then(second));
        var x = Draw(B, D);
        var (z, logDet) = second.InverseWithLogDet(x);
        var raw = first.Forward(z);
        var normal = new Normal(raw.Select(-1, 0), BoundedAffine.Bounded(raw.Select(-1, 1), 2).Exp());
        Close.Equal(normal.LogProb(z).Sum(-1) + logDet, twoLayers.LogProb(x), 1e-12);
    });

    [Theory, MemberData(nameof(HeadNames))]
    public void A_density_of_one_number_integrates_to_one(string head) => Float64(_ =>
    {
        var raw = Draw(Heads[head].Outputs) * 0.5;
        var p = new Transformed(new Normal(Tensor.Of(0.0), Tensor.Of(1.0)), Heads[head].Of(raw));
        Assert.Equal(1, Integral(x => p.LogProb(x), [(-60.0, 60.0)], 120_001), 1e-6);
    });

    [Theory, MemberData(nameof(HeadNames))]
    public void A_density_of_the_plane_integrates_to_one(string head) => Float64(init =>
    {
        var network = Network(init["maf"], [1, 0], Heads[head].Outputs, spread: 0.3);
        var maf = new MaskedAutoregressive(x => network.Forward(x), [1, 0], Heads[head]);
        var flow = new Transformed(DiagonalNormal.Standard(2, ElementType.Float64), Coupled(init["coupling"], head, 2).Then(maf));
        Assert.Equal(1, Integral(flow.LogProb, [(-14.0, 14.0), (-14.0, 14.0)], 701), 1e-4);
    });

    /// <summary>The integral of e^f over an interval or a rectangle, by the trapezoidal rule.</summary>
    private static double Integral(Func<Tensor, Tensor> f, (double From, double To)[] box, int points)
    {
        using var noGrad = Autograd.NoGrad();
        var axes = box.Select(side => Tensor.Arange(points, dtype: ElementType.Float64) * ((side.To - side.From) / (points - 1)) + side.From).ToArray();
        var grid = axes.Length == 1 ? axes[0] : Tensor.Stack([axes[0].Unsqueeze(1).Expand([points, points]), axes[1].Expand([points, points])], -1);
        return f(grid).Exp().Sum().Item<double>() * box.Aggregate(1.0, (volume, side) => volume * (side.To - side.From) / (points - 1));
    }

    [Fact]
    public void A_context_turns_one_flow_into_one_for_each_entry() => Float64(init =>
    {
        const int C = 2;
        var network = Network(init["network"], [0, 1, 2], 2, C);
        var conditional = new Flow(Unconditional.StandardNormal(init, [D]), context => new MaskedAutoregressive(
            x => network.Forward(x, context), [0, 1, 2], Heads["affine"], context!.Shape[..^1].AsSpan(), (batch, next) => network.Unroll(batch, next, context)));
        var (context, x) = (Draw(B, C), Draw(B, D));
        var all = conditional.Given(context);
        Assert.Equal(([B], [D]), (all.BatchShape, all.EventShape));
        var logProb = all.LogProb(x);
        for (var b = 0; b < B; b++) Close.Equal(conditional.Given(context[b]).LogProb(x[b]), logProb[b]);
        var draws = all.Sample(Stream, 5);
        Assert.Equal([5, B, D], draws.Shape);
        Close.Equal(all.LogProb(draws), all.SampleWithLogProb(Stream, 5).LogProb, 1e-11);
    });

    [Theory, InlineData(true, 0, 5), InlineData(false, 0, 5), InlineData(true, 2, 3), InlineData(false, 0, 2), InlineData(false, 1, 17)]
    public void The_fused_affine_map_equals_the_composite_form(bool isForward, long first, long count) => Scoped(() =>
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 2e-6), (ElementType.Float64, 1e-13) })
        {
            Tensor Leaf(Tensor t)
            {
                t = t.To(type).Detach();
                t.RequiresGrad = true;
                return t;
            }
            foreach (var planes in new[] { true, false })
            {
                var value = Leaf(Draw(2, B, first + count + 1));
                var numbers = Leaf(planes ? Draw(2, B, 2, count) : Draw(2, B, count, 2));
                var raw = planes ? numbers.Transpose(-1, -2) : numbers;
                var (fused, composite) = (FusedAffine.Map(value, raw, 2, isForward, first), FusedAffine.Composite(value, raw, 2, isForward, first));
                Close.Equal(composite.Value, fused.Value, tolerance);
                Close.Equal(composite.LogDet, fused.LogDet, tolerance);
                foreach (var loss in new Func<(Tensor Value, Tensor LogDet), Tensor>[] { r => r.Value.Square().Sum(), r => r.LogDet.Square().Sum(), r => r.Value.Sin().Sum() + r.LogDet.Square().Sum() })
                {
                    var (actual, expected) = (Autograd.Grad(loss(fused), [value, numbers], retainGraph: true), Autograd.Grad(loss(composite) + 0 * value.Sum(), [value, numbers], retainGraph: true));
                    Close.Equal(expected[0], actual[0], 10 * tolerance);
                    Close.Equal(expected[1], actual[1], 10 * tolerance);
                }
            }
        }
    });

    /// <summary>Masked networks of all coordinates, and ones of a half for the other half.</summary>
    [Theory, InlineData(true, true), InlineData(false, true), InlineData(true, false), InlineData(false, false)]
    public void A_fused_affine_layer_equals_its_parts(bool isForward, bool isMasked) => Scoped(() =>
    {
        const int Size = 37, Half = 19;
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 1e-5), (ElementType.Float64, 1e-12) })
        {
            using var store = new ParameterStore(type);
            var layers = isMasked
                ? new MaskedMlp(store.Init(7), [[.. Enumerable.Range(0, Size).Select(i => (long)Size - 1 - i)]], [101, 67], 2, Activation.Relu).Perceptron()!
                : new Mlp(store.Init(7), [Half, 101, 67, 2 * (Size - Half)], Activation.Silu).Layers;
            var (firstInput, first) = isMasked ? (0, 0) : (Size - Half, 0);
            var value = Draw(2, 31, Size).To(type).Detach();
            value.RequiresGrad = true;
            Tensor[] inputs = [value, .. layers.SelectMany(layer => new[] { layer.Weight, layer.Bias! })];
            (Tensor Value, Tensor LogDet) Apply() => FusedAffineLayer.Apply(value, layers, 2, isForward, firstInput, first);
            var (fused, composite) = (Apply(), FusedAffineLayer.Composite(value, layers, 2, isForward, firstInput, first));
            Close.Equal(composite.Value, fused.Value, tolerance);
            Close.Equal(composite.LogDet, fused.LogDet, tolerance);
            foreach (var loss in new Func<(Tensor Value, Tensor LogDet), Tensor>[] { r => r.Value.Square().Mean(), r => r.LogDet.Square().Mean(), r => r.Value.Sin().Mean() + r.LogDet.Square().Mean() })
            {
                var (actual, expected) = (Autograd.Grad(loss(fused), inputs, retainGraph: true), Autograd.Grad(loss(composite), inputs, retainGraph: true));
                for (var i = 0; i < inputs.Length; i++) Close.Equal(expected[i], actual[i], tolerance);
            }
            value.RequiresGrad = false;
            Apply().Value.Sum().Backward();
            Assert.Null(value.Grad);
            Assert.NotNull(layers[0].Weight.Grad);
            using (Autograd.Autocast()) Assert.Equal(value.Shape, Apply().Value.Shape);
        }
    });

    [Fact]
    public void The_fused_density_of_noise_equals_the_composite_form() => Scoped(() =>
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 2e-6), (ElementType.Float64, 1e-13) })
        {
            Tensor Leaf(Tensor values)
            {
                var leaf = values.To(type).Detach();
                leaf.RequiresGrad = true;
                return leaf;
            }
            var outside = Draw(2, B);
            outside.AsSpan<double>()[3] = double.NegativeInfinity;
            var noise = Draw(2, B, 17);
            noise.AsSpan<double>()[(3 * 17)..(4 * 17)].Fill(double.NaN);
            var (z, first, second) = (Leaf(noise), Leaf(Draw(2, B) + 1), Leaf(outside));
            var (fused, composite) = (FusedStandardNormal.LogProb(z, [first, second]), FusedStandardNormal.Composite(z, [first, second]));
            Assert.Equal(double.NegativeInfinity, fused[0, 3].Item<double>());
            Close.Equal(composite, fused, tolerance);
            var seed = Draw(2, B).To(type);
            Tensor[] inputs = [z, first, second];
            var (actual, expected) = (Autograd.Grad(fused, inputs, seed), Autograd.Grad(composite, inputs, seed));
            Assert.True(actual[0][0, 3].Equal(Tensor.Zeros([17], dtype: type)));
            Close.Equal(expected[1], actual[1], tolerance);
            Close.Equal(expected[2], actual[2], tolerance);
            Close.Equal(expected[0][1], actual[0][1], tolerance);
        }
    });

    /// <summary>Knots are where a spline's pieces meet, and where a comparison goes wrong first.</summary>
    [Fact]
    public void A_spline_is_smooth_at_its_knots_and_all_tails_are_the_identity() => Float64(_ =>
    {
        var raw = Draw(14);
        raw.RequiresGrad = true;
        var spline = new RationalQuadraticSpline(raw, 2);
        var widths = 1e-3 + (1 - 5e-3) * raw.Narrow(-1, 0, 5).Softmax(-1);
        var knots = widths.CumSum(-1).Narrow(-1, 0, 4).Detach() * 4 - 2;
        foreach (var shift in new[] { -1e-9, 0, 1e-9 })
        {
            var (z, logDet) = spline.InverseWithLogDet(knots + shift);
            var (at, logDetAt) = spline.InverseWithLogDet(knots);
            Close.Equal(at, z, 1e-7);
            Close.Equal(logDetAt, logDet, 1e-6);
            Close.Equal(knots + shift, spline.Forward(z), 1e-12);
        }
        var tails = Tensor.From([-1e6, -2.0000001, 2.0000001, 1e6, double.MaxValue]);
        foreach (var (value, logDet) in new[] { spline.ForwardWithLogDet(tails), spline.InverseWithLogDet(tails) })
        {
            Close.Equal(tails, value, 0);
            Close.Equal(tails * 0, logDet, 0);
            Assert.All(Autograd.Grad(value.Sum() + logDet.Sum() + raw.Sum() * 0, [raw], retainGraph: true)[0].ToArray<double>(), g => Assert.Equal(0, g));
        }
    });

    /// <summary>What is solved for is right to rounding however steep or flat the map, and however far out.</summary>
    [Fact]
    public void A_sigmoidal_flow_is_solved_to_the_last_digits() => Float64(_ =>
    {
        foreach (var scale in new[] { 0.1, 1, 10 })
        {
            foreach (var head in new[] { "sigmoidal", "dense sigmoidal", "logistic mixture" })
            {
                var f = Heads[head].Of(Draw(B, Heads[head].Outputs) * scale);
                var z = Tensor.From([-1e8, -300.0, -9, -0.7, 0, 1e-5, 2, 40, 1e5]).Unsqueeze(-1).Expand([9, B]);
                var (x, forward) = f.ForwardWithLogDet(z);
                var (back, inverse) = f.InverseWithLogDet(x);
                Close.Equal(-forward, inverse, 1e-9);
                // An error of one unit in the last place of x, or of 1, is e^LogDet times that in z.
                var allowed = (x.Abs().ClampMin(1) * inverse.Exp() + z.Abs().ClampMin(1)) * 4e-15;
                Assert.True(((back - z).Abs() <= allowed).All().IsNonZero(), $"{head}: {(back - z).Abs() / allowed}");
            }
        }
    });

    public static TheoryData<string, string> Misfits => new()
    {
        { "a mask of one coordinate", "A coupling splits events [n, …] with n of at least 2, not [1]." },
        { "a board of vectors", "A checkerboard lies over images [C, H, W]" },
        { "a conditioner of another width", "raw must have the shape [*, 6], but is" },
        { "another event", "The coupling's mask is for events [5], not [3]." },
        { "an order with a gap", "order must hold each of 0 … 2 once" },
        { "too many bins", "Each bin takes at least 0.001 of the interval" },
        { "a head of another width", "raw must have the shape [*, outputs = 2], but is" },
        { "numbers of no spline", "raw must have the shape [*batch, 3K − 1], but is" },
        { "no units", "units must be at least 1." },
        { "a bound of zero", "bound must be a finite number above 0." },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_named(string what, string message) => Scoped(() =>
    {
        object Make() => what switch
        {
            "a mask of one coordinate" => new CouplingMask([1], CouplingPattern.Halves),
            "a board of vectors" => new CouplingMask([5], CouplingPattern.Checkerboard),
            "a conditioner of another width" => new Coupling(new CouplingMask([5], CouplingPattern.Halves), x => x, TransformHeads.Affine()).Forward(Draw(B, 5)),
            "another event" => new Coupling(new CouplingMask([5], CouplingPattern.Halves), x => x, TransformHeads.Affine()).Forward(Draw(B, 3)),
            "an order with a gap" => new MaskedAutoregressive(x => x, [0, 1, 3], TransformHeads.Affine()),
            "too many bins" => TransformHeads.RationalQuadraticSpline(1000),
            "a head of another width" => TransformHeads.Affine().Of(Draw(B, 3)),
            "numbers of no spline" => new RationalQuadraticSpline(Draw(B, 3), 2),
            "no units" => TransformHeads.SigmoidalFlow(0),
            "a bound of zero" => TransformHeads.Affine(0),
            _ => throw new KeyNotFoundException(what),
        };
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(() => { Make(); }).Message);
    });
}
