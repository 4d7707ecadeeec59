using Latent.Distributions;
using Latent.Torch;

namespace Latent.Divergences;

/// <summary>
/// The Kullback–Leibler divergence KL(q ‖ p) = E_q[log q(x) − log p(x)]: one table of the pairs with a closed form, and Monte
/// Carlo for the others.
/// </summary>
/// <remarks>
/// <para>Shapes: the batch shapes of q and p broadcast to that of the result; event shapes are equal.</para>
/// <para>Units: nats.</para>
/// <para>Domain: +∞ where q has mass that p has not.</para>
/// </remarks>
public static class KL
{
    private delegate Tensor Formula(Distribution q, Distribution p);

    private static readonly Dictionary<(Type, Type), Formula> Table = new()
    {
        [(typeof(Normal), typeof(Normal))] = Pair<Normal, Normal>(Normals),
        [(typeof(MultivariateNormal), typeof(MultivariateNormal))] = Pair<MultivariateNormal, MultivariateNormal>(MultivariateNormals),
        [(typeof(DiagonalNormal), typeof(MultivariateNormal))] = Pair<DiagonalNormal, MultivariateNormal>((q, p) => MultivariateNormals(Full(q), p)),
        [(typeof(MultivariateNormal), typeof(DiagonalNormal))] = Pair<MultivariateNormal, DiagonalNormal>((q, p) => MultivariateNormals(q, Full(p))),
        [(typeof(Bernoulli), typeof(Bernoulli))] = Pair<Bernoulli, Bernoulli>(Bernoullis),
        [(typeof(ContinuousBernoulli), typeof(ContinuousBernoulli))] = Pair<ContinuousBernoulli, ContinuousBernoulli>(ContinuousBernoullis),
        [(typeof(Categorical), typeof(Categorical))] = Pair<Categorical, Categorical>(Categoricals),
        [(typeof(OneHotCategorical), typeof(OneHotCategorical))] = Pair<OneHotCategorical, OneHotCategorical>((q, p) => Categoricals(q.Category, p.Category)),
        [(typeof(Uniform), typeof(Uniform))] = Pair<Uniform, Uniform>(Uniforms),
        [(typeof(Laplace), typeof(Laplace))] = Pair<Laplace, Laplace>(Laplaces),
        [(typeof(Gamma), typeof(Gamma))] = Pair<Gamma, Gamma>(Gammas),
        [(typeof(Beta), typeof(Beta))] = Pair<Beta, Beta>(Betas),
    };

    /// <summary>KL(q ‖ p) in closed form where the pair is in the table, else by <see cref="MonteCarlo"/>.</summary>
    /// <inheritdoc cref="MonteCarlo"/>
    public static Tensor Between(Distribution q, Distribution p, Rng rng, int samples = 1) => ClosedForm(q, p) ?? MonteCarlo(q, p, rng, samples);

    /// <summary>KL(q ‖ p) in closed form; null where the pair is not in the table. <see cref="Independent"/> pairs reduce to their inner ones.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor? ClosedForm(Distribution q, Distribution p)
    {
        CheckShapes(q, p);
        return Table.TryGetValue((q.GetType(), p.GetType()), out var formula) ? formula(q, p)
            : (q, p) is (Independent a, Independent b) && Reduced(a, b) is { } divergence ? divergence
            : (Split(q), Split(p)) is ({ } c, { } d) ? Reduced(c, d)
            : null;
    }

    /// <summary>
    /// The mean of log q(x) − log p(x) over draws x ~ q: unbiased, and differentiable in both if q is reparameterized. Else the
    /// gradient in q's parameters lacks the term of the draws; use a score-function estimator for it.
    /// </summary>
    /// <param name="q">What is drawn from.</param>
    /// <param name="p">What it is compared with.</param>
    /// <param name="rng">The stream of the draws.</param>
    /// <param name="samples">How many draws per batch entry; the standard error falls with its square root.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no samples.</exception>
    public static Tensor MonteCarlo(Distribution q, Distribution p, Rng rng, int samples)
    {
        CheckShapes(q, p);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        Tensor x, logProb; // of a flow the draws come scored: it may have no other way to log q
        if (q.IsReparameterized) (x, logProb) = q.RSampleWithLogProb(rng, samples);
        else logProb = q.LogProb(x = q.Sample(rng, samples));
        for (var i = q.BatchShape.Rank; i < p.BatchShape.Rank; i++) (x, logProb) = (x.Unsqueeze(1), logProb.Unsqueeze(1)); // [S, 1…, *batch of q, *event]
        return (logProb - p.LogProb(x)).Mean(0);
    }

    /// <summary>
    /// Draws of q, differentiable where q is reparameterized, and where it comes at no further cost what sets q apart from p there:
    /// an encoder's Gaussian against N(0, I) is one fused node. Else divergence and log-ratio are null.
    /// </summary>
    /// <param name="q">What is drawn from.</param>
    /// <param name="p">What it is compared with.</param>
    /// <param name="rng">The stream of the draws.</param>
    /// <param name="sampleShape">S, leading axes of the draws.</param>
    /// <returns>Draws [*S, *batch, *event], KL(q ‖ p) [*batch], log p(x) − log q(x) [*S, *batch].</returns>
    public static (Tensor X, Tensor? Divergence, Tensor? LogRatio) Sample(Distribution q, Distribution p, Rng rng, params ReadOnlySpan<long> sampleShape)
    {
        if (q is DiagonalNormal { Parameters: { } parameters } && p is DiagonalNormal { IsStandard: true, BatchShape.Rank: 0 } && p.EventShape == q.EventShape)
        {
            Shape shape = [.. sampleShape, .. q.BatchShape, .. q.EventShape];
            return FusedGaussian.Sample(parameters, rng.Normal(shape, parameters.ElementType, parameters.Device));
        }
        return (q.IsReparameterized ? q.RSample(rng, sampleShape) : q.Sample(rng, sampleShape), null, null);
    }

    /// <summary>KL of each coordinate of independent ones, [*batch, *event], whose sum is <see cref="ClosedForm"/>; null where there is no such form.</summary>
    public static Tensor? PerCoordinate(Distribution q, Distribution p) =>
        Split(q) is { } a && Split(p) is { } b && a.Axes == b.Axes && a.Axes == q.EventShape.Rank ? ClosedForm(a.Inner, b.Inner) : null;

    private static Formula Pair<TQ, TP>(Func<TQ, TP, Tensor> formula) where TQ : Distribution where TP : Distribution => (q, p) => formula((TQ)q, (TP)p);

    private static Tensor? Reduced(Independent q, Independent p) =>
        q.Axes == p.Axes && ClosedForm(q.Inner, p.Inner) is { } inner ? Independent.Sum(inner, q.Axes) : null;

    /// <summary>The same distribution with as many axes in <see cref="Independent"/> as can be.</summary>
    private static Independent? Split(Distribution d) => d switch
    {
        DiagonalNormal n => new Independent(n.Coordinates, 1),
        Independent i when Split(i.Inner) is { } inner => new Independent(inner.Inner, i.Axes + inner.Axes),
        _ => d as Independent,
    };

    private static MultivariateNormal Full(DiagonalNormal n) => new(n.Location, n.Scale.Expand([.. n.BatchShape, .. n.EventShape]).DiagEmbed());

    private static void CheckShapes(Distribution q, Distribution p)
    {
        if (q.EventShape != p.EventShape)
            throw new ArgumentException($"Events of q ({q.GetType().Name}) have shape {q.EventShape}, those of p ({p.GetType().Name}) {p.EventShape}; take batch axes into the event with Independent where they should match.", nameof(p));
    }

    private static Tensor Normals(Normal q, Normal p)
    {
        // t = 2 log(σ_q/σ_p): ½ [e^t − 1 − t + (Δμ/σ_p)²]. ExpM1 keeps the digits of a nearly collapsed posterior.
        var t = (q.Scale / p.Scale).Log() * 2;
        return ((t.ExpM1() - t) + ((q.Location - p.Location) / p.Scale).Square()) * 0.5;
    }

    private static Tensor MultivariateNormals(MultivariateNormal q, MultivariateNormal p)
    {
        // ½ [tr(Σ_p⁻¹ Σ_q) + Δμᵀ Σ_p⁻¹ Δμ − D + log det Σ_p − log det Σ_q]
        var spread = p.Whiten(q.ScaleFactor).Square().Sum([-2, -1]);
        var shift = p.Whiten((q.Location - p.Location).Unsqueeze(-1)).Square().Sum([-2, -1]);
        return (spread + shift - q.EventShape[0]) * 0.5 + p.HalfLogDeterminant - q.HalfLogDeterminant;
    }

    private static Tensor Bernoullis(Bernoulli q, Bernoulli p) =>
        q.Logits.Sigmoid() * (q.Logits.LogSigmoid() - p.Logits.LogSigmoid())
        + (-q.Logits).Sigmoid() * ((-q.Logits).LogSigmoid() - (-p.Logits).LogSigmoid());

    // log q − log p is linear in x, so its mean is its value at the mean of x.
    private static Tensor ContinuousBernoullis(ContinuousBernoulli q, ContinuousBernoulli p) =>
        (q.Mean - 0.5) * (q.Logits - p.Logits)
        + ContinuousBernoulli.LogSinhRatio(p.Logits * 0.5) - ContinuousBernoulli.LogSinhRatio(q.Logits * 0.5);

    private static Tensor Categoricals(Categorical q, Categorical p)
    {
        var logQ = q.LogProbabilities;
        var excluded = logQ.Eq(double.NegativeInfinity); // 0 log 0 counts 0, whatever p says
        return (logQ.Exp() * (logQ - p.LogProbabilities).MaskedFill(excluded, 0)).Sum(-1);
    }

    private static Tensor Uniforms(Uniform q, Uniform p) =>
        (p.Entropy - q.Entropy).MaskedFill((q.Low < p.Low).LogicalOr(q.High > p.High), double.PositiveInfinity);

    private static Tensor Laplaces(Laplace q, Laplace p)
    {
        // With r = b_q/b_p and d = |Δμ|/b_q: r (d + e^−d) − 1 − log r, as r (d + (e^−d − 1)) + (r − 1 − log r).
        var t = (q.Scale / p.Scale).Log();
        var d = (q.Location - p.Location).Abs() / q.Scale;
        return t.Exp() * (d + (-d).ExpM1()) + (t.ExpM1() - t);
    }

    private static Tensor Gammas(Gamma q, Gamma p)
    {
        var t = (p.Rate / q.Rate).Log();
        return (q.Concentration - p.Concentration) * q.Concentration.Digamma() - q.Concentration.LGamma() + p.Concentration.LGamma()
            - p.Concentration * t + q.Concentration * t.ExpM1();
    }

    private static Tensor Betas(Beta q, Beta p)
    {
        var (a, b) = (q.A - p.A, q.B - p.B);
        return p.LogNormalizer - q.LogNormalizer + a * q.A.Digamma() + b * q.B.Digamma() - (a + b) * (q.A + q.B).Digamma();
    }
}
