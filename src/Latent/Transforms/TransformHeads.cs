namespace Latent.Transforms;

/// <summary>
/// The usual heads. Each says which numbers it reads from [*, outputs], in their order along the last axis. All of them zero
/// make the identity.
/// </summary>
/// <remarks>Density models compute z from x, so that is the direction in which each family is cheap; where the other one costs more, that is said.</remarks>
public static class TransformHeads
{
    /// <summary>x = z + m, which keeps volumes: m.</summary>
    /// <remarks>Source: Dinh et al., NICE: non-linear independent components estimation (2015), section 3.2.</remarks>
    public static TransformHead Shift() => new(1, raw =>
    {
        var shift = raw.Select(-1, 0);
        return new Affine(shift, shift.OnesLike());
    });

    /// <summary>x = μ + e^s z with |s| bounded: see <see cref="BoundedAffine"/>.</summary>
    /// <param name="bound">The bound on |s|.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public static TransformHead Affine(double bound = BoundedAffine.UsualBound)
    {
        Arguments.Positive(bound);
        return new(2, raw => new BoundedAffine(raw, bound)) { AffineBound = bound };
    }

    /// <summary>A monotone spline on [−bound, bound], the identity outside: see <see cref="Transforms.RationalQuadraticSpline"/>.</summary>
    /// <param name="bins">Its pieces.</param>
    /// <param name="bound">Where it becomes the identity.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no bins, or so many that they cannot all have the least width; or the bound is not positive.</exception>
    public static TransformHead RationalQuadraticSpline(long bins = 8, double bound = 5)
    {
        Arguments.Positive(bins);
        Arguments.Positive(bound);
        return new(Transforms.RationalQuadraticSpline.Numbers(bins), raw => new RationalQuadraticSpline(raw, bound));
    }

    /// <summary>A deep sigmoidal flow (DSF) of one layer: see <see cref="Transforms.SigmoidalFlow"/>. From z to x it is solved for.</summary>
    /// <param name="units">Its sigmoids.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no unit.</exception>
    public static TransformHead SigmoidalFlow(long units) => Sigmoidal([Arguments.Positive(units)], isDense: false);

    /// <summary>A deep dense sigmoidal flow (DDSF): see <see cref="Transforms.SigmoidalFlow"/>. From z to x it is solved for.</summary>
    /// <param name="units">The units of a hidden layer.</param>
    /// <param name="layers">How many hidden layers there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no unit or no layer.</exception>
    public static TransformHead DenseSigmoidalFlow(long units, long layers = 1) =>
        Sigmoidal([.. Enumerable.Repeat(Arguments.Positive(units), checked((int)Arguments.Positive(layers)))], isDense: true);

    /// <summary>
    /// The distribution function of a mixture of logistics, brought back to all reals, then shifted and scaled. From data to noise:
    /// u = logit Σ_k π_k σ((x − μ_k) e^−t_k), z = (u − m) e^−s. From z to x it is solved for.
    /// </summary>
    /// <remarks>
    /// <para>Source: Ho et al., Flow++ (2019), equations 14 to 18.</para>
    /// <para>Reads the K logits of π, the K means μ, the K log-scales t, then m and s; |t| and |s| are bounded as in <see cref="BoundedAffine"/>.</para>
    /// <para>Deviation: m and s are those of the way from noise to data.</para>
    /// </remarks>
    /// <param name="components">K.</param>
    /// <param name="bound">The bound on |s| and |t|.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no component, or the bound is not positive.</exception>
    public static TransformHead LogisticMixtureCdf(long components, double bound = BoundedAffine.UsualBound)
    {
        var k = Arguments.Positive(components);
        Arguments.Positive(bound);
        return new(3 * k + 2, raw =>
        {
            var (logits, mean) = (raw.Narrow(-1, 0, k), raw.Narrow(-1, k, k)); // [*, K]
            var slope = (-BoundedAffine.Bounded(raw.Narrow(-1, 2 * k, k), bound)).Exp();
            var mixture = new SigmoidalFlow(new SigmoidalLayer(slope, -mean * slope, logits.Unsqueeze(-2)));
            return new BoundedAffine(raw.Narrow(-1, 3 * k, 2), bound).Then(mixture);
        });
    }

    private static TransformHead Sigmoidal(long[] hidden, bool isDense) =>
        new(Transforms.SigmoidalFlow.Numbers(hidden, isDense), raw => Transforms.SigmoidalFlow.Of(raw, hidden, isDense));
}
