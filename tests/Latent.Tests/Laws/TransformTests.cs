using Latent.Divergences;
using Latent.Distributions;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>How transforms go together, and what a user reads where they do not.</summary>
public sealed class TransformTests : ScopedTest
{
    private const int B = 7;
    private const int D = 3;
    private static readonly Rng Stream = new(31);

    private static Tensor Draw(params long[] shape) => Stream.Fork($"{shape.Length}").Normal(shape, ElementType.Float64);

    [Fact]
    public void A_chain_is_flat_and_sums_over_axes_that_a_part_does_not_see() => Scoped(() =>
    {
        Transform exp = new Exp(), turn = new Permutation(2, 0, 1);
        var chain = exp.Then(turn.Then(exp.Inverted)); // x = log of e^z, turned
        Assert.Equal((1, 1), (chain.EventRank, chain.ForwardRank));
        Assert.Equal(3, Assert.IsType<Chain>(chain).Parts.Length);
        var z = Draw(B, D);
        var (x, logDet) = chain.ForwardWithLogDet(z);
        Close.Equal(turn.Forward(z), x);
        Close.Equal(Tensor.Zeros([B], dtype: ElementType.Float64), logDet);
        Close.Equal(z.Sum(-1), exp.Then(turn).ForwardWithLogDet(z).LogDet);
    });

    [Fact]
    public void Ranks_are_the_least_that_serve_all_parts() => Scoped(() =>
    {
        Transform square = new Reshape([4], [2, 2]), pair = new Permutation(1, 0), numbers = new Sigmoid();
        Check(2, 3, square.Then(new Reshape([5, 2, 2], [10, 1, 2]))); // the first acts on [5, 4]
        Check(1, 2, square.Then(pair).Then(numbers));
        Check(2, 1, pair.Then(square.Inverted));
        Check(3, 3, numbers.Then(new Affine(Tensor.Of(0.0), Tensor.Of(2.0), 3)).Then(pair));
        Assert.Equal([10, 1, 2], square.Then(new Reshape([5, 2, 2], [10, 1, 2])).ForwardShape([5, 4]));

        static void Check(int eventRank, int forwardRank, Transform f) =>
            Assert.Equal((eventRank, forwardRank, forwardRank, eventRank), (f.EventRank, f.ForwardRank, f.Inverted.EventRank, f.Inverted.ForwardRank));
    });

    [Fact]
    public void Axes_of_parameters_that_belong_to_a_longer_event_are_no_batch() => Scoped(() =>
    {
        var f = new Affine(Draw(B, D), Draw(B, 1));
        Assert.Equal([B, D], f.BatchShape);
        Assert.Equal([B], f.Then(new Permutation(0, 2, 1)).BatchShape);
        Assert.Equal([], new Affine(Draw(D), Draw(D)).Then(new Permutation(0, 2, 1)).BatchShape);
        Assert.Equal([B, D], new Affine(Draw(B, 1), Draw(1)).Then(new Affine(Draw(D), Draw(D))).BatchShape);
    });

    [Fact]
    public void The_inverse_of_the_inverse_is_the_transform() => Scoped(() =>
    {
        var f = new Sigmoid();
        Assert.Same(f, f.Inverted.Inverted);
    });

    [Fact]
    public void A_transform_without_inverse_says_so_alone_and_in_a_chain() => Scoped(() =>
    {
        var f = new Planar();
        var z = Draw(B, D);
        Assert.False(f.HasInverse);
        Assert.True(f.Inverted.HasInverse);
        Close.Equal(f.Forward(z), f.Inverted.Inverse(z));
        foreach (var none in new[] { f, f.Then(new Exp()), new Exp().Then(f).Then(new Exp()) })
        {
            Assert.False(none.HasInverse);
            Assert.StartsWith("Planar has no inverse: it maps z to x only.", Assert.Throws<InverseNotAvailableException>(() => none.Inverse(z)).Message);
            Assert.Throws<InverseNotAvailableException>(() => none.InverseWithLogDet(z));
            Assert.Throws<InverseNotAvailableException>(() => none.Inverted.Forward(z));
            Assert.True(none.Forward(z).IsFinite().All().IsNonZero());
        }
    });

    [Fact]
    public void Draws_of_a_flow_are_scored_without_its_inverse() => Scoped(() =>
    {
        var p = new Transformed(new DiagonalNormal(Draw(B, D), Draw(B, D).Exp()), new Planar());
        var (x, logProb) = p.RSampleWithLogProb(Stream, 5);
        var z = p.Base.RSample(Stream, 5);
        Close.Equal(p.Transform.Forward(z), x);
        Close.Equal(p.Base.LogProb(z) - p.Transform.ForwardWithLogDet(z).LogDet, logProb);
        Assert.Throws<InverseNotAvailableException>(() => p.LogProb(x));
        var standard = DiagonalNormal.Standard(D, ElementType.Float64);
        Close.Equal((logProb - standard.LogProb(x)).Mean(0), KL.MonteCarlo(p, standard, Stream, 5));
    });

    public static TheoryData<string, string> Misfits => new()
    {
        { "a batch", "Affine has batch shape [7] and maps events of 1 axes, so z must be [*, 7, ·], not [5, 3]." },
        { "a short tensor", "Permutation has batch shape [] and maps events of 1 axes, so z must be [*, ·], not []." },
        { "a size", "Permutation maps events [D = 3], not [5]. Give it an order of as many coordinates as events have." },
        { "a size inside a chain", "Permutation maps events [D = 3], not [5]." },
        { "parameters of another size", "Affine has location and scale for events [3], not [5]. Give it parameters of the event's size." },
        { "parameters that would widen an event", "Affine has parameters for axes [3], which do not broadcast to those of an event [1]. Give it parameters of the event's size." },
        { "an order with a gap", "order must hold each of 0 … 2 once, being of 3 coordinates, not [0, 1, 3]." },
        { "an order with a repetition", "order must hold each of 0 … 2 once" },
        { "shapes of other sizes", "Events [6] of 6 numbers do not fill events [2, 2] of 4." },
        { "parameters that do not broadcast", "Parameters of shapes [7] and [5] do not broadcast." },
        { "parts that do not broadcast", "Parameters of shapes [7] and [5] do not broadcast." },
        { "a negative rank", "eventRank ('-1') must be a non-negative value." },
        { "a base of numbers", "Permutation maps events of 1 axes, but the base (Normal) has batch shape [] and event shape []. Give its parameters the axes of an event." },
        { "a base that shares draws", "The base has batch shape [1], the transform [7]: entries of the batch would share their draws. Expand the base's parameters to [7], or give it no batch axes." },
        { "a base of another size", "Permutation maps events [D = 3], not [7]." },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_named(string what, string message) => Scoped(() =>
    {
        var vectors = new Affine(Draw(B, D), Draw(B, D), 1);
        object Make() => what switch
        {
            "a batch" => vectors.Forward(Draw(5, D)),
            "a short tensor" => new Permutation(2, 0, 1).Forward(Draw()),
            "a size" => new Permutation(2, 0, 1).Forward(Draw(B, 5)),
            "a size inside a chain" => new Exp().Then(new Permutation(2, 0, 1)).Forward(Draw(B, 5)),
            "parameters of another size" => vectors.Forward(Draw(B, 5)),
            "parameters that would widen an event" => new Affine(Draw(D), Draw(D)).ForwardShape([1]),
            "an order with a gap" => new Permutation(0, 1, 3),
            "an order with a repetition" => new Permutation(0, 1, 1),
            "shapes of other sizes" => new Reshape([6], [2, 2]),
            "parameters that do not broadcast" => new Affine(Draw(B), Draw(5)),
            "parts that do not broadcast" => new Affine(Draw(B), Draw(B)).Then(new Affine(Draw(5), Draw(5))),
            "a negative rank" => new Affine(Draw(B), Draw(B), -1),
            "a base of numbers" => new Transformed(new Normal(Draw(), Draw().Exp()), new Permutation(2, 0, 1)),
            "a base that shares draws" => new Transformed(new Normal(Draw(1), Draw(1).Exp()), new Affine(Draw(B), Draw(B))),
            "a base of another size" => new Transformed(new Normal(Draw(B), Draw(B).Exp()), new Permutation(2, 0, 1)),
            _ => throw new KeyNotFoundException(what),
        };
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(() => { Make(); }).Message);
    });

    [Fact]
    public void Densities_are_the_closed_forms() => Scoped(() =>
    {
        var (mu, sigma) = (Draw(B), Draw(B).Sigmoid() + 0.3);
        var (m, s) = (mu.ToArray<double>(), sigma.ToArray<double>());
        var normal = new Normal(mu, sigma);

        var logNormal = new Transformed(normal, new Exp());
        var x = logNormal.Sample(Stream);
        Close.Equal([.. x.ToArray<double>().Select((v, i) => MathNet.Numerics.Distributions.LogNormal.PDFLn(m[i], s[i], v))], logNormal.LogProb(x), 1e-11);

        // Aitchison and Shen 1980: the logit is normal.
        var logitNormal = new Transformed(normal, new Sigmoid());
        x = logitNormal.Sample(Stream);
        Close.Equal(normal.LogProb(x.Logit()) - x.Log() - (1 - x).Log(), logitNormal.LogProb(x), 1e-11);

        var laplace = new Transformed(new Laplace(mu, sigma), new Affine(Tensor.Of(0.7), Tensor.Of(-1.9)));
        x = laplace.Sample(Stream, 5);
        Close.Equal(new Laplace(mu * -1.9 + 0.7, sigma * 1.9).LogProb(x), laplace.LogProb(x));

        // A matrix of independent numbers, as one event of a permutation of its columns.
        var turned = new Transformed(new Independent(new Normal(Draw(B, 2, D), Draw(B, 2, D).Exp()), 2), new Permutation(2, 0, 1));
        Assert.Equal([2, D], turned.EventShape);
        x = turned.Sample(Stream);
        Close.Equal(turned.Base.LogProb(new Permutation(1, 2, 0).Forward(x)), turned.LogProb(x));
    });

    [Fact]
    public void A_base_without_batch_gives_each_entry_its_own_draw() => Scoped(() =>
    {
        var standard = new Normal(Tensor.Of(0.0), Tensor.Of(1.0));
        var p = new Transformed(standard, new Affine(Draw(B), Draw(B)));
        Assert.Equal([B], p.BatchShape);
        var z = p.Transform.Inverse(p.Sample(Stream)).ToArray<double>();
        Assert.Equal(B, z.Select(v => Math.Round(v, 9)).Distinct().Count());
    });

    [Fact]
    public void Batch_axes_of_the_base_that_an_event_needs_are_taken() => Scoped(() =>
    {
        var p = new Transformed(new Normal(Draw(B, D), Draw(B, D).Exp()), new Permutation(2, 0, 1));
        Assert.Equal([B], p.BatchShape);
        Assert.Equal([D], p.EventShape);
        Assert.IsType<Independent>(p.Base);
    });

    [Fact]
    public void Outside_the_image_all_gradients_vanish() => Scoped(() =>
    {
        var (mu, sigma) = (Draw(D), Draw(D).Exp());
        var x = Tensor.From([-0.1, 0.2, 0.3, 0.1, 0.2, 0.3], 2, D);
        foreach (var leaf in new[] { mu, sigma, x }) leaf.RequiresGrad = true;
        var logProb = new Transformed(new DiagonalNormal(mu, sigma), new Sigmoid()).LogProb(x);
        Assert.Equal([true, false], logProb.Eq(double.NegativeInfinity).ToArray<bool>());
        Assert.All(Autograd.Grad(logProb[0], [mu, sigma, x], retainGraph: true), g => Assert.All(g.ToArray<double>(), v => Assert.Equal(0, v)));
        Assert.All(Autograd.Grad(logProb[1], [mu, sigma]), g => Assert.DoesNotContain(0, g.ToArray<double>()));
    });

    [Fact]
    public void Draws_with_their_log_probability_carry_gradients_only_where_asked() => Scoped(() =>
    {
        var mu = Draw(B, D);
        mu.RequiresGrad = true;
        var flow = new Transformed(new Normal(mu, mu.Exp()), new Softplus());
        var logGamma = new Transformed(new Gamma(mu.Exp(), mu.Exp()), new Exp().Inverted);
        foreach (var p in new Distribution[] { new Normal(mu, mu.Exp()), flow, new Independent(flow, 1), new Bernoulli(mu), new Independent(new Bernoulli(mu), 1), logGamma })
        {
            var (x, logProb) = p.SampleWithLogProb(Stream, 5);
            Assert.False(x.RequiresGrad || logProb.RequiresGrad);
            Assert.True(x.Equal(p.Sample(Stream, 5)));
            Close.Equal(p.LogProb(x), logProb, 1e-9);
            if (!p.IsReparameterized) continue;
            (x, logProb) = p.RSampleWithLogProb(Stream, 5);
            Assert.True(x.RequiresGrad && logProb.RequiresGrad);
        }
    });

    /// <summary>A draw that rounds to the image's end would have no density there; on the way forward it has.</summary>
    [Fact]
    public void Saturated_draws_keep_their_log_probability() => Scoped(() =>
    {
        var normal = new Normal(Tensor.From([60.0, -60, 3]), Tensor.From([1.0, 1, 1]));
        var p = new Transformed(normal, new Sigmoid());
        var (x, logProb) = p.RSampleWithLogProb(Stream);
        var z = normal.RSample(Stream);
        Close.Equal(normal.LogProb(z) + z.Abs() + 2 * (-z.Abs()).Exp().Log1P(), logProb);
        Assert.True(p.LogProb(x).IsFinite().All().IsNonZero());
    });

    /// <summary>The planar flow x = z + tanh(Σ z)/2, whose determinant is 1 + D tanh'(Σ z)/2.</summary>
    private sealed class Planar() : Transform(1, hasInverse: false)
    {
        protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
        {
            var t = z.Sum(-1).Tanh();
            return (z + t.Unsqueeze(-1) * 0.5, ((1 - t.Square()) * (0.5 * z.Size(-1))).Log1P());
        }

        protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => throw new InverseNotAvailableException(this);

        protected override Shape ForwardShapeCore(Shape eventShape) => eventShape;

        protected override Shape InverseShapeCore(Shape eventShape) => eventShape;
    }
}
