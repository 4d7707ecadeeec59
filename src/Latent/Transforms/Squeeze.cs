using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// Channels in place of resolution: from data to noise each square of f × f pixels becomes one pixel of f² times the channels, which is
/// squeezing; as all transforms this is generative, z [f² C, H, W] → x [C, f H, f W]. log|det| = 0.
/// </summary>
/// <remarks>
/// <para>Source: Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP (2017), section 3.6.</para>
/// <para>Shapes: x[c, f i + a, f j + b] = z[f² c + f a + b, i, j].</para>
/// </remarks>
public sealed class Squeeze : Transform
{
    private readonly long factor;

    /// <summary>f = <paramref name="factor"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">f is below 2.</exception>
    public Squeeze(long factor = 2) : base(3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        this.factor = factor;
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => (z.PixelShuffle(factor), ZeroLogDet(z, 3));

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => (x.PixelUnshuffle(factor), ZeroLogDet(x, 3));

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] % (factor * factor) == 0
        ? [eventShape[0] / (factor * factor), eventShape[1] * factor, eventShape[2] * factor]
        : throw new ArgumentException($"Squeeze maps events z with a multiple of {factor * factor} channels, not {eventShape}.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => eventShape[1] % factor == 0 && eventShape[2] % factor == 0
        ? [eventShape[0] * factor * factor, eventShape[1] / factor, eventShape[2] / factor]
        : throw new ArgumentException($"Squeeze gives pictures whose height and width are multiples of {factor}, not {eventShape}. Squeeze less often, or pad the pictures.", nameof(eventShape));
}
