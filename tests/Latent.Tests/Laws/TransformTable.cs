using Latent.Torch;
using Latent.Transforms;
using static Latent.Tests.Laws.TransformRow;

namespace Latent.Tests.Laws;

/// <summary>One row per transform, and more for ranks and directions: a new class is tested by adding one.</summary>
public static class TransformTable
{
    private const int D = 3;
    private static readonly double[] OffUnit = [0, 1, -1e-9, 1.0000001, -1e300, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly double[] NotPositive = [0, -1e-300, -5, double.PositiveInfinity, double.NegativeInfinity];

    public static IReadOnlyList<TransformRow> Rows { get; } =
    [
        new("Affine", p => new Affine(p[0], p[1])) { Parameters = [Spread(-2, 2, B), Spread(0.3, 1.5, B)] },
        new("Affine, mirrored", p => new Affine(p[0], p[1])) { Parameters = [Spread(-2, 2, B), Spread(-1.5, -0.3, B)] },
        new("Affine of vectors", p => new Affine(p[0], p[1], 1)) { Parameters = [Spread(-2, 2, B, D), Spread(0.3, 1.5, B, D)], Event = [D] },
        new("Affine of vectors, one scale", p => new Affine(p[0], p[1], 1)) { Parameters = [Spread(-2, 2, B, D), Spread(0.3, 1.5, B, 1)], Event = [D] },
        new("Affine of matrices", p => new Affine(p[0], p[1], 2)) { Parameters = [Spread(-2, 2, B, 1, D), Spread(0.3, 1.5, B, 2, D)], Event = [2, D] },
        new("Exp", _ => new Exp()) { Image = t => t.Exp(), Edges = [1e-300, 1, 1e300], Outside = NotPositive },
        new("Sigmoid", _ => new Sigmoid()) { Image = t => t.Sigmoid(), Edges = [1e-300, 0.5, 1 - 1e-16], Outside = OffUnit },
        new("Tanh", _ => new Tanh()) { Image = t => t.Tanh(), Edges = [-1 + 1e-16, -1e-300, 0, 1 - 1e-16], Outside = [-1, 1, -1.0000001, 1e300, double.PositiveInfinity, double.NegativeInfinity] },
        new("Softplus", _ => new Softplus()) { Image = t => t.Exp(), Edges = [1e-300, 1, 800, 1e300], Outside = NotPositive },
        new("Permutation", _ => new Permutation(2, 0, 1)) { Event = [D] },
        new("Reshape", _ => new Reshape([2, D], [1, D, 2])) { Event = [2, D], ForwardEvent = [1, D, 2] },
        new("Reshape of numbers", _ => new Reshape([], [1])) { ForwardEvent = [1] },
        HeadRow("Shift", TransformHeads.Shift()),
        HeadRow("BoundedAffine", TransformHeads.Affine(1.7)),
        HeadRow("RationalQuadraticSpline", TransformHeads.RationalQuadraticSpline(5, 3), -3, 3, -3.0000000001, 2.9999999999),
        HeadRow("RationalQuadraticSpline of one bin", TransformHeads.RationalQuadraticSpline(1, 2), -2, 2),
        HeadRow("SigmoidalFlow", TransformHeads.SigmoidalFlow(3)),
        HeadRow("SigmoidalFlow, dense", TransformHeads.DenseSigmoidalFlow(2)),
        HeadRow("LogisticMixtureCdf", TransformHeads.LogisticMixtureCdf(2)),
        CouplingRow("Coupling, additive", TransformHeads.Shift(), CouplingPattern.Halves, false, 5),
        CouplingRow("Coupling, affine", TransformHeads.Affine(), CouplingPattern.Halves, false, 5),
        CouplingRow("Coupling, affine, flipped", TransformHeads.Affine(), CouplingPattern.Halves, true, 5),
        CouplingRow("Coupling, affine, alternating", TransformHeads.Affine(), CouplingPattern.Alternating, false, 5),
        CouplingRow("Coupling, spline, alternating", TransformHeads.RationalQuadraticSpline(3, 2), CouplingPattern.Alternating, true, 3),
        CouplingRow("Coupling of channels", TransformHeads.Affine(), CouplingPattern.Halves, true, 3, 1, 2),
        CouplingRow("Coupling, checkerboard", TransformHeads.Affine(), CouplingPattern.Checkerboard, false, 1, 3, 2),
        CouplingRow("Coupling, checkerboard, flipped", TransformHeads.LogisticMixtureCdf(1), CouplingPattern.Checkerboard, true, 1, 1, 3),
        AutoregressiveRow("MaskedAutoregressive, affine", TransformHeads.Affine(), 2, 0, 1),
        AutoregressiveRow("MaskedAutoregressive, spline", TransformHeads.RationalQuadraticSpline(3, 2), 0, 1, 2),
        AutoregressiveRow("MaskedAutoregressive, neural", TransformHeads.SigmoidalFlow(2), 2, 1, 0),
        new("Inverse of Exp", _ => new Exp().Inverted) { Domain = t => t.Exp(), Far = [1e-300, 1, 1e300], Edges = [-700, 0, 700] },
        new("Inverse of Reshape", _ => new Reshape([2, D], [1, D, 2]).Inverted) { Event = [1, D, 2], ForwardEvent = [2, D] },
        new("Chain of numbers", p => new Affine(p[0], p[1]).Then(new Sigmoid())) { Parameters = [Spread(-2, 2, B), Spread(0.3, 1.5, B)], Image = t => t.Sigmoid(), Edges = [1e-300, 0.5, 1 - 1e-16], Outside = OffUnit },
        new("Chain that starts with numbers", p => new Tanh().Then(new Affine(p[0], p[1], 1)).Then(new Permutation(1, 2, 0))) { Parameters = [Spread(-0.01, 0.01, B, D), Spread(1.1, 1.5, B, D)], Event = [D], Image = t => t.Tanh(), Edges = [-0.9, 0, 0.9], Outside = [-2, 2] },
        new("Chain that ends with numbers", p => new Affine(p[0], p[1], 1).Then(new Permutation(2, 1, 0)).Then(new Softplus())) { Parameters = [Spread(-2, 2, B, D), Spread(0.3, 1.5, B, D)], Event = [D], Image = t => t.Exp(), Edges = [1e-300, 1, 1e300], Outside = NotPositive },
        new("Chain through shapes", p => new Exp().Then(new Reshape([2 * D], [2, D])).Then(new Affine(p[0], p[1], 1).Inverted).Then(new Permutation(1, 0, 2)).Then(new Reshape([2, D], [D, 2, 1])))
        {
            // The affine map shifts the positive numbers: x must be above the shift, and small e^z lose their digits in it.
            Parameters = [Spread(-1, 1, B, 1, D), Spread(0.3, 1.5, B, 1, D)], Event = [2 * D], ForwardEvent = [D, 2, 1], Image = t => t.Exp() + 4, Far = [-4, 0, 4], Edges = [4, 1e100], Outside = [-10],
        },
        .. Structural,
    ];

    /// <summary>Transforms of the structure of a flow: scales, mixing, resolution, steps of posteriors.</summary>
    private static IEnumerable<TransformRow> Structural =>
    [
        new("Scaling", p => new Scaling(p[0], 1)) { Parameters = [Spread(-1, 1, B, D)], Event = [D] },
        new("Scaling of channels", p => new Scaling(p[0], 3)) { Parameters = [Spread(-1, 1, B, 2, 1, 1)], Event = [2, 1, D], TakesAnySize = true },
        new("ActNorm", p => new ActNorm(p[0], p[1], 1)) { Parameters = [Spread(-2, 2, B, D), Spread(-1, 1, B, D)], Event = [D] },
        new("ActNorm of channels", p => new ActNorm(p[0], p[1], 3)) { Parameters = [Spread(-2, 2, B, 2, 1, 1), Spread(-1, 1, B, 2, 1, 1)], Event = [2, 1, D], TakesAnySize = true },
        new("BatchNorm", p => new BatchNorm(p[0], p[1], p[2], p[3], 1)) { Parameters = [Spread(-2, 2, B, D), Spread(-1, 1, B, D), Spread(-2, 2, B, D), Spread(0.1, 2, B, D)], Event = [D] },
        new("BatchNorm of channels", p => new BatchNorm(p[0], p[1], p[2], p[3], 3)) { Parameters = [Spread(-2, 2, B, 2, 1, 1), Spread(-1, 1, B, 2, 1, 1), Spread(-2, 2, B, 2, 1, 1), Spread(0.1, 2, B, 2, 1, 1)], Event = [2, 1, D], TakesAnySize = true },
        new("Logit", _ => new Logit(0.05)) { Image = t => (t.Sigmoid() - 0.05) / 0.9, Edges = [0, 1e-300, 0.5, 1 - 1e-16, 1, -0.05], Outside = [-0.06, 1.06, -1e300, double.PositiveInfinity, double.NegativeInfinity] },
        new("Logit without alpha", _ => new Logit(0)) { Image = t => t.Sigmoid(), Edges = [1e-300, 0.5, 1 - 1e-16], Outside = OffUnit },
        new("Squeeze", _ => new Squeeze()) { Event = [8, 1, D], ForwardEvent = [2, 2, 2 * D], TakesAnySize = true },
        new("Squeeze by three", _ => new Squeeze(3)) { Event = [9, 1, 1], ForwardEvent = [1, 3, 3], TakesAnySize = true },
        new("Multiscale", p => new Multiscale([new Squeeze().Then(new Affine(p[0], p[1], 3)), new Scaling(p[2], 3), new Affine(p[3], p[4], 3)], [2, 2, 2]))
        {
            Parameters = [Spread(-2, 2, B, 1, 2, 2), Spread(0.3, 1.5, B, 2, 1, 1), Spread(-1, 1, B, 4, 1, 1), Spread(-2, 2, B, 2, 1, 1), Spread(0.3, 1.5, B, 2, 1, 1)], Event = [8], ForwardEvent = [2, 2, 2],
        },
        new("LinearMap, plain", p => new LinearMap(new PlainMatrix(Tensor.Eye(D, p[0].ElementType) * 2 + p[0]))) { Parameters = [Spread(-1, 1, B, D, D)], Event = [D] },
        new("LinearMap, plain, of channels", p => new LinearMap(new PlainMatrix(Tensor.Eye(D, p[0].ElementType) * 2 + p[0]), 3)) { Parameters = [Spread(-1, 1, B, D, D)], Event = [D, 1, 2], TakesAnySize = true },
        new("LinearMap, LU", p => new LinearMap(new LUMatrix([2, 0, 1], p[0], p[1], p[2]))) { Parameters = [Spread(-1, 1, B, D, D), Spread(-0.9, 1, B, D, D), Spread(-1, 1, B, D)], Event = [D] },
        new("LinearMap, LU, of channels", p => new LinearMap(new LUMatrix([2, 0, 1], p[0], p[1], p[2]), 3)) { Parameters = [Spread(-1, 1, B, D, D), Spread(-0.9, 1, B, D, D), Spread(-1, 1, B, D)], Event = [D, 1, 2], TakesAnySize = true },
        new("LinearMap, QR", p => new LinearMap(new QRMatrix(p[0], p[1], p[2]))) { Parameters = [Spread(-1, 1, B, 2, D), Spread(-0.9, 1, B, D, D), Spread(-1, 1, B, D)], Event = [D] },
        new("Householder", p => new Householder(p[0])) { Parameters = [Spread(-1, 1, B, 5, D)], Event = [D] },
        new("Planar", p => new Planar(p[0], p[1], p[2])) { Parameters = [Spread(-2, 2, B, D), Spread(-1.5, 1.5, B, D), Spread(-1, 1, B)], Event = [D] },
        new("Radial", p => new Radial(p[0], p[1], p[2])) { Parameters = [Spread(-1, 1, B, D), Spread(-1, 2, B), Spread(-2, 2, B)], Event = [D] },
        new("Sylvester", p => new Sylvester(p[0], p[1], p[2], p[3])) { Parameters = [Spread(-1, 1, B, 2, D), Spread(-1.1, 1, B, D, D), Spread(-0.9, 1.2, B, D, D), Spread(-0.5, 0.5, B, D)], Event = [D] },
    ];

    /// <summary>A conditioner whose numbers, between −2 and 2, are bounded functions of what they see, one for each entry of the batch: 2 tanh(p_o Σ_i c_oi x_i).</summary>
    /// <param name="p">[*batch, numbers].</param>
    /// <param name="rank">How many axes an event has; those after the first are kept.</param>
    /// <param name="isSeen">Whether number o may look at entry i.</param>
    private static Func<Tensor, Tensor> Network(Tensor p, int rank = 1, Func<int, int, bool>? isSeen = null) => seen =>
    {
        Shape rest = seen.Shape[^rank..][1..];
        var entries = seen.Shape[^rank..].Elements;
        var c = new double[p.Size(-1) * entries];
        for (var k = 0; k < c.Length; k++)
        {
            var (o, i) = ((int)(k / entries), (int)(k % entries));
            c[k] = isSeen?.Invoke(o, i) ?? true ? Math.Cos(1 + o + 1.3 * i) : 0;
        }
        var sums = seen.Flatten(-rank).MatMul(Tensor.From(c, p.Size(-1), entries).To(seen.ElementType).T()); // [*S, *batch, numbers]
        var y = (p * sums).Tanh() * 2;
        return rank == 1 ? y : y.Unflatten(-1, [y.Size(-1) / rest.Elements, .. rest]);
    };

    private static TransformRow CouplingRow(string name, TransformHead head, CouplingPattern pattern, bool isFlipped, params long[] events)
    {
        var mask = new CouplingMask(new Shape(events), pattern, isFlipped);
        return new(name, p => new Coupling(mask, Network(p[0], events.Length), head, p[0].Shape[..^1].AsSpan())) { Parameters = [Spread(-1, 1, B, head.Outputs * mask.Transformed.Elements)], Event = events };
    }

    /// <summary>The network's numbers for a coordinate, [*, D, P] of [*, P D], depend on those before it in the order.</summary>
    private static TransformRow AutoregressiveRow(string name, TransformHead head, params long[] order) => new(name, p =>
    {
        var network = Network(p[0], isSeen: (o, i) => Array.IndexOf(order, i) < Array.IndexOf(order, o % D));
        return new MaskedAutoregressive(x => network(x).Unflatten(-1, head.Outputs, D).Transpose(-1, -2), order, head, p[0].Shape[..^1].AsSpan());
    }) { Parameters = [Spread(-1, 1, B, head.Outputs * D)], Event = [D] };

    private static TransformRow HeadRow(string name, TransformHead head, params double[] edges) =>
        new(name, p => head.Of(p[0])) { Parameters = [Spread(-2, 2, B, head.Outputs)], Edges = [-1e6, -800, -1e-300, 0, 1e-9, 3, 1e6, .. edges] };

    /// <summary>Numbers all over an interval.</summary>
    private static (double[] Values, long[] Shape) Spread(double from, double to, params long[] shape)
    {
        var values = new double[new Shape(shape).Elements];
        new Rng(29).Fork($"{from} {to}").Uniform(values);
        return ([.. values.Select(u => from + (to - from) * u)], shape);
    }
}
