using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Conditionals;

/// <summary>
/// q(v|x) of a level x = k / (L − 1): v = (k + u) / L with noise u in [0, 1), so that v fills the cell of its level. With uniform noise
/// every cell is filled evenly; with noise of a conditional density it takes the shape that the density of v has there.
/// </summary>
/// <remarks>
/// <para>Source: Theis, van den Oord and Bethge, A note on the evaluation of generative models (2016), section 3.1; variational: Ho et al.,
/// Flow++ (2019), section 3.1.</para>
/// <para>Shapes: the context is x, [*B, *event].</para>
/// </remarks>
public sealed class Dequantizer : Conditional
{
    private readonly int levels;
    private readonly int eventRank;
    private readonly Conditional? noise;

    /// <summary>Fills the cells of levels.</summary>
    /// <param name="levels">L.</param>
    /// <param name="eventRank">How many of the last axes of x make one event.</param>
    /// <param name="noise">q(u|x) on (0, 1), of x's event shape; null: uniform.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two levels, or the rank is negative.</exception>
    public Dequantizer(int levels, int eventRank, Conditional? noise = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(eventRank);
        (this.levels, this.eventRank, this.noise) = (levels, eventRank, noise);
    }

    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null)
    {
        var x = context ?? throw new ArgumentException("Noise is added to levels, and none were given: pass what was observed.", nameof(context));
        var level = (x * (levels - 1)).Round();
        return noise is null
            ? new Independent(new Uniform(level / levels, (level + 1) / levels), eventRank)
            : new Transformed(noise.Given(x), new Affine(level / levels, Tensor.Full([], 1.0 / levels, dtype: x.ElementType, device: x.Device), eventRank));
    }
}
