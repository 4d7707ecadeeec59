using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>What the transforms of a flow's structure are, beyond the laws: layouts, factors, first values, the formulas of their papers.</summary>
public sealed class StructuralTransformTests : ScopedTest
{
    private const int B = 7;
    private const int D = 3;
    private static readonly Rng Stream = new(37);

    private static Tensor Draw(params long[] shape) => Stream.Fork($"{shape.Length}", shape.Sum()).Normal(shape, ElementType.Float64);

    private static Tensor Eye(long size) => Tensor.Eye(size, ElementType.Float64);

    private static Tensor Zeros(params long[] shape) => Tensor.Zeros(shape, dtype: ElementType.Float64);

    public static TheoryData<string> Matrices => ["plain", "LU", "QR"];

    private static InvertibleMatrix Matrix(string kind) => kind switch
    {
        "plain" => new PlainMatrix(Draw(5, 5) + 3 * Eye(5)),
        "LU" => new LUMatrix([2, 0, 4, 1, 3], Draw(5, 5), Draw(5, 5), Draw(5)),
        _ => new QRMatrix(Draw(5, 5), Draw(5, 5), Draw(5)),
    };

    [Theory, MemberData(nameof(Matrices))]
    public void One_matrix_serves_vectors_and_channels_and_knows_its_determinant(string kind) => Scoped(() =>
    {
        var matrix = Matrix(kind);
        var w = matrix.Times(Eye(5));
        Close.Equal(w.SLogDet().LogAbsDet, matrix.LogAbsDet, 1e-10);
        var x = Draw(2, B, 5);
        var (z, logDet) = new LinearMap(matrix).InverseWithLogDet(x);
        Close.Equal(Tensor.Einsum("ij,abj->abi", [w, x]), z, 1e-12);
        Close.Equal(matrix.LogAbsDet.Expand([2, B]), logDet);
        Close.Equal(x, new LinearMap(matrix).Forward(z), 1e-9);
        x = Draw(B, 5, 2, 3);
        (z, logDet) = new LinearMap(matrix, 3).InverseWithLogDet(x);
        Close.Equal(Tensor.Einsum("ij,bjhw->bihw", [w, x]), z, 1e-12);
        Close.Equal(6 * matrix.LogAbsDet.Expand([B]), logDet);
        Close.Equal(x, new LinearMap(matrix, 3).Forward(z), 1e-9);
    });

    [Fact]
    public void Factors_have_their_form() => Scoped(() =>
    {
        var permuted = new LUMatrix([2, 0, 4, 1, 3], Zeros(5, 5), Zeros(5, 5), Zeros(5)).Times(Eye(5));
        Close.Equal(Eye(5).IndexSelect(0, Tensor.From([2L, 0, 4, 1, 3])), permuted);
        var q = new QRMatrix(Draw(5, 5), Zeros(5, 5), Zeros(5)).Times(Eye(5));
        Close.Equal(Eye(5), q.MatMul(q.T()), 1e-14);
        var r = q.T().MatMul(new QRMatrix(Draw(5, 5), Draw(5, 5), Draw(5)).Times(Eye(5)));
        Close.Equal(Draw(5, 5).Triu(1) + Draw(5).Exp().DiagEmbed(), r, 1e-12);
    });

    [Fact]
    public void Reflections_are_made_one_after_the_other() => Scoped(() =>
    {
        var (vectors, z) = (Draw(B, 5, D), Draw(B, D));
        var expected = z;
        for (var i = 4; i >= 0; i--)
        {
            var v = vectors.Select(1, i);
            expected -= 2 * v * ((v * expected).Sum(-1, keepDim: true) / v.Square().Sum(-1, keepDim: true));
        }
        Close.Equal(expected, new Householder(vectors).Forward(z), 1e-13);
        Close.Equal(z.Square().Sum(-1), expected.Square().Sum(-1), 1e-13);
    });

    [Fact]
    public void Squeezing_makes_channels_of_squares() => Scoped(() =>
    {
        var x = Tensor.Arange(2 * 4 * 6, dtype: ElementType.Float64).Reshape([2, 4, 6]);
        var z = new Squeeze().Inverse(x);
        Assert.Equal([8, 2, 3], z.Shape);
        for (var (c, a) = (0, 0); c < 2; c++)
            for (a = 0; a < 2; a++)
                for (var b = 0; b < 2; b++)
                    Close.Equal(x[c].Slice(0, a, null, 2).Slice(1, b, null, 2), z[4 * c + 2 * a + b], 0);
    });

    [Fact]
    public void Scales_give_their_halves_away_in_their_order() => Scoped(() =>
    {
        var x = Draw(B, 2, 4, 4);
        Transform[] scales = [new Squeeze().Then(new Affine(Tensor.Of(1.0), Tensor.Of(2.0))), new Squeeze().Then(new Affine(Tensor.Of(-1.0), Tensor.Of(3.0))), new Scaling(Draw(8, 1, 1), 3)];
        var f = new Multiscale(scales, [2, 4, 4]);
        var (z, logDet) = f.InverseWithLogDet(x);
        var first = scales[0].InverseWithLogDet(x);                             // [8, 2, 2]
        var second = scales[1].InverseWithLogDet(first.Z.Narrow(1, 0, 4));      // [16, 1, 1]
        var third = scales[2].InverseWithLogDet(second.Z.Narrow(1, 0, 8));      // [8, 1, 1]
        Close.Equal(Tensor.Cat([first.Z.Narrow(1, 4, 4).Flatten(1), second.Z.Narrow(1, 8, 8).Flatten(1), third.Z.Flatten(1)], -1), z, 0);
        Close.Equal(first.LogDet + second.LogDet + third.LogDet, logDet, 1e-13);
        Close.Equal(x, f.Forward(z), 1e-14);
        Assert.Contains("3 channels cannot be halved", Assert.Throws<ArgumentException>(() => new Multiscale([new Scaling(Zeros(3, 1, 1), 3), new Scaling(Zeros(3, 1, 1), 3)], [3, 2, 2])).Message);
    });

    [Fact]
    public void First_data_make_all_that_pass_standard() => Scoped(() =>
    {
        ActNorm Norm(params long[] shape) => new(Zeros(shape), Zeros(shape), shape.Length);
        var (one, two, pictures) = (Norm(D), Norm(D), Norm(2, 1, 1));
        var x = Draw(101, D) * Tensor.From([1.0, 5, 0.1]) + 3;
        var f = two.Then(new Tanh()).Then(one);
        using (new DataPass(isFirst: true))
        {
            Standard(one.Inverse(x), [0]);
            f.InverseWithLogDet(x);
            pictures.Inverse(Draw(B, 2, 5, 3) * 7 - 2);
        }
        Standard(one.Inverse(x), [0]);
        Standard(f.Inverse(x), [0]);
        Standard(pictures.Inverse(Draw(B, 2, 5, 3) * 7 - 2), [0, 2, 3]);
        Close.Equal(Tensor.From([x.Select(1, 0).Mean().Item<double>(), x.Select(1, 1).Mean().Item<double>(), x.Select(1, 2).Mean().Item<double>()]), one.Location);

        static void Standard(Tensor z, long[] axes)
        {
            Close.Equal(z.Mean(axes).ZerosLike(), z.Mean(axes), 1e-12);
            Close.Equal(z.Mean(axes).OnesLike(), z.Square().Mean(axes), 1e-12);
        }
    });

    [Fact]
    public void First_values_are_set_once_in_the_direction_of_the_data_and_by_first_data_only() => Scoped(() =>
    {
        var f = new ActNorm(Zeros(D), Zeros(D), 1);
        var z = Draw(101, D) * 4 + 1;
        using (new DataPass(isFirst: false)) f.Inverse(z);
        Close.Equal(Zeros(D), f.Location, 0);
        using (new DataPass(isFirst: true))
        {
            var x = f.Forward(z);
            Close.Equal(z.Mean([0]).ZerosLike(), x.Mean([0]), 1e-12);
            Close.Equal(z, f.Inverse(x), 1e-12);    // as it was set on the way
            Assert.Throws<InvalidOperationException>(() => new DataPass(isFirst: true));
        }
        var before = f.Location.Clone();
        f.Inverse(z * 3);
        Close.Equal(before, f.Location, 0);
    });

    [Fact]
    public void Batch_statistics_count_in_training_kept_ones_in_use() => Scoped(() =>
    {
        var (mean, variance) = (Zeros(D), Zeros(D) + 1);
        var f = new BatchNorm(Draw(D), Draw(D), mean, variance, 1);
        var x = Draw(B, D) * 3 + 2;
        var (m, v) = (x.Mean([0]), x.Var([0], unbiased: false));
        Close.Equal(x * (Draw(D) - 0.5 * Math.Log(1 + 1e-5)).Exp() + Draw(D), f.Inverse(x));
        using (TrainingPass.Open(0, new(1), new long[B]))
        {
            var (z, logDet) = f.InverseWithLogDet(x);
            Close.Equal((x - m) / (v + 1e-5).Sqrt() * Draw(D).Exp() + Draw(D), z, 1e-13);
            Close.Equal((Draw(D) - 0.5 * (v + 1e-5).Log()).Sum().Expand([B]), logDet, 1e-13);
            // The Jacobian of a batch goes through its statistics.
            Assert.InRange(Derivatives.GradientDeviation(inputs => f.Inverse(inputs[0]), x), 0, 1e-6);
        }

        Assert.NotEqual(0, mean[0].Item<double>());
        using (new DataPass(isFirst: false)) f.Inverse(x);
        Close.Equal(m, mean, 1e-14);
        Close.Equal(v, variance, 1e-14);
        Close.Equal(x, f.Forward(f.Inverse(x)), 1e-13);
    });

    [Fact]
    public void What_does_not_vary_is_shifted_only() => Scoped(() =>
    {
        var f = new ActNorm(Zeros(D), Zeros(D), 1);
        var x = Draw(11, D) * Tensor.From([1.0, 0, 1]) + 0.3;
        using (new DataPass(isFirst: true)) f.Inverse(x);
        Close.Equal([0.3, 0], Tensor.Stack([f.Location[1], f.LogScale[1]]), 1e-15);
    });

    [Fact]
    public void Steps_of_posteriors_are_those_of_their_papers() => Scoped(() =>
    {
        var (u, w, b, z) = (Draw(D), Draw(D) * 2, Draw(), Draw(B, D));
        // Planar: equations 10 and 12, û of the appendix.
        var product = (w * u).Sum();
        var uHat = u + ((1 + product.Exp()).Log() - 1 - product) * w / w.Square().Sum();
        var a = z.MatMul(w) + b;
        var (x, logDet) = new Planar(u, w, b).ForwardWithLogDet(z);
        Close.Equal(z + uHat * a.Tanh().Unsqueeze(-1), x, 1e-13);
        Close.Equal((1 + (1 - a.Tanh().Square()) * (w * uHat).Sum()).Abs().Log(), logDet, 1e-12);
        // Radial: equation 14.
        var (c, alpha, beta) = (Draw(D), Draw().Exp(), Draw() * 2);
        var radial = new Radial(c, (alpha.Exp() - 1).Log(), beta);
        var r = (z - c).Square().Sum(-1).Sqrt();
        var h = 1 / (alpha + r);
        var betaHat = -alpha + (1 + beta.Exp()).Log();
        (x, logDet) = radial.ForwardWithLogDet(z);
        Close.Equal(z + betaHat * h.Unsqueeze(-1) * (z - c), x, 1e-12);
        Close.Equal((D - 1) * (1 + betaHat * h).Log() + (1 + betaHat * h - betaHat * h.Square() * r).Log(), logDet, 1e-12);
        // Sylvester with one unit is planar, but for the form of its constraint: D = M = 1.
        var (q, s, t, d, y) = (Draw(1, 1), Draw(1, 1), Draw(1, 1), Draw(1), Draw(B, 1));
        (x, logDet) = new Sylvester(q, s, t, d).ForwardWithLogDet(y);
        var step = (-t.Tanh() * y + d).Tanh();  // Qᵀ = −1: the only reflection of a line
        Close.Equal(y - s.Tanh() * step, x, 1e-13);
        Close.Equal((1 + (1 - step.Square()) * s.Tanh() * t.Tanh()).Log().Squeeze(-1), logDet, 1e-13);
    });

    [Fact]
    public void The_inverse_of_a_radial_step_holds_at_its_center_and_far_from_it() => Scoped(() =>
    {
        foreach (var beta in new[] { -30.0, -1, 0, 5 })
        {
            var f = new Radial(Tensor.From([1.0, 2, 3]), Tensor.Of(0.5), Tensor.Of(beta));
            foreach (var distance in new[] { 0, 1e-6, 1, 1e6 })
            {
                var z = Tensor.From([1.0, 2, 3]) + Tensor.From([0.6, 0, -0.8]) * distance;
                Close.Equal(z, f.Inverse(f.Forward(z)), 1e-7);
            }
        }
    });

    [Fact]
    public void Logit_is_the_logit_of_what_alpha_leaves() => Scoped(() =>
    {
        var x = Tensor.From([0.0, 0.25, 0.5, 1]);
        var p = 0.05 + 0.9 * x;
        Close.Equal(p.Logit(), new Logit(0.05).Inverse(x), 1e-13);
        Close.Equal((0.9 / (p * (1 - p))).Log(), new Logit(0.05).InverseWithLogDet(x).LogDet, 1e-13);
        var end = new Logit(1e-6).Inverse(Tensor.From([0f, 1f]));
        Close.Equal(-end[0], end[1], 1e-6);     // the digits of both ends, in single precision
    });

    public static TheoryData<string, string> Misfits => new()
    {
        { "ActNorm", "location must have the shape [3], but is" },
        { "Scaling", "logScale must have the shape [*batch, ·, ·, ·]" },
        { "Logit", "α keeps numbers in [0, 1] from the ends; it lies in [0, 0.5), such as 0.05." },
        { "PlainMatrix", "An invertible matrix is [*batch, D, D], not [3, 5]." },
        { "LUMatrix", "upper must have the shape [*batch, D = 3, D]" },
        { "order", "order must hold each of 0 … 2 once, being of D = 3 rows, not [0, 1]." },
        { "QRMatrix", "vectors must have the shape [*batch, H, D = 3]" },
        { "Planar", "w must have the shape [3]" },
        { "Radial", "center must have the shape [*batch = [], D]" },
        { "Sylvester", "r must have the shape [3, 3]" },
        { "Squeeze z", "Squeeze maps events z with a multiple of 4 channels, not [3, 2, 2]." },
        { "Squeeze x", "Squeeze gives pictures whose height and width are multiples of 2, not [3, 3, 2]." },
        { "Multiscale", "There is no scale; give at least one." },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_named(string what, string message) => Scoped(() =>
    {
        object Make() => what switch
        {
            "ActNorm" => new ActNorm(Draw(5), Draw(3), 1),
            "Scaling" => new Scaling(Draw(3), 3),
            "Logit" => new Logit(0.5),
            "PlainMatrix" => new PlainMatrix(Draw(3, 5)),
            "LUMatrix" => new LUMatrix([0, 1, 2], Draw(3, 3), Draw(5, 5), Draw(3)),
            "order" => new LUMatrix([0, 1], Draw(3, 3), Draw(3, 3), Draw(3)),
            "QRMatrix" => new QRMatrix(Draw(5, 5), Draw(3, 3), Draw(3)),
            "Planar" => new Planar(Draw(3), Draw(5), Draw()),
            "Radial" => new Radial(Draw(), Draw(), Draw()),
            "Sylvester" => new Sylvester(Draw(1, 3), Draw(5, 5), Draw(3, 3), Draw(3)),
            "Squeeze z" => new Squeeze().Forward(Draw(3, 2, 2)),
            "Squeeze x" => new Squeeze().Inverse(Draw(3, 3, 2)),
            _ => new Multiscale([], [2]),
        };
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(Make).Message, StringComparison.Ordinal);
    });
}
