using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A monotone spline of rational quadratic pieces. From data to noise, between the knots (x_k, z_k) and (x_{k+1}, z_{k+1}) with slopes
/// d_k and d_{k+1}: z = z_k + h (s ξ² + d_k ξ(1−ξ)) / (s + (d_{k+1} + d_k − 2s) ξ(1−ξ)), with ξ = (x − x_k)/w and s = h/w for a piece of
/// width w and height h.
/// </summary>
/// <remarks>
/// <para>Source: Durkan et al., Neural spline flows (2019), equations 4, 5 and 6 to 8 and 29.</para>
/// <para>Shapes: raw [*batch, 3K − 1]: logits of the K widths, of the K heights, and K − 1 numbers for the slopes at the inner knots.
/// All zero make the identity.</para>
/// <para>Domain: all reals; outside [−bound, bound] it is the identity, and its slopes are 1 at both ends.</para>
/// <para>Numerics: both directions are in closed form; the root of the quadratic equation is the form that does not cancel. Widths and
/// heights are at least 0.001 of the interval, slopes at least 0.001. What lies outside takes a detour through 0, so that pieces give
/// neither values nor gradients there.</para>
/// <para>Deviation: an inner slope of raw number 0 is 1, rather than log 2.</para>
/// </remarks>
public sealed class RationalQuadraticSpline : ElementwiseTransform
{
    private const double Least = 1e-3; // of widths and heights as fractions, and of slopes

    private readonly Tensor table; // [*batch, K, 6]: of each piece x_k, z_k, w, h, d_k, d_{k+1}
    private readonly Tensor knotsX; // [*batch, K − 1], the inner ones
    private readonly Tensor knotsZ;
    private readonly double bound;

    /// <summary>The spline that raw numbers describe.</summary>
    /// <param name="raw">[*batch, 3K − 1].</param>
    /// <param name="bound">Where it becomes the identity.</param>
    /// <exception cref="ArgumentException">The last axis has no size 3K − 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are so many bins that they cannot all have the least width, or the bound is not positive.</exception>
    public RationalQuadraticSpline(Tensor raw, double bound) : base(raw.Shape[..^1].AsSpan())
    {
        if (raw.Shape is not [.., var numbers] || numbers % 3 != 2)
            throw Arguments.Misshapen(raw, "[*batch, 3K − 1]", "The last axis holds K logits of widths, K of heights, and K − 1 numbers for slopes.");
        this.bound = Arguments.Positive(bound);
        var bins = (numbers + 1) / 3;
        _ = Numbers(bins);
        var (x, w, innerX) = Knots(raw.Narrow(-1, 0, bins));
        var (z, h, innerZ) = Knots(raw.Narrow(-1, bins, bins));
        (knotsX, knotsZ) = (innerX, innerZ);
        var inner = Least + (raw.Narrow(-1, 2 * bins, bins - 1) + Math.Log(Math.Exp(1 - Least) - 1)).Softplus();
        var slopes = inner.Pad([1, 1], "constant", 1); // [*batch, K + 1]
        table = Tensor.Stack([x, z, w, h, slopes.Narrow(-1, 0, bins), slopes.Narrow(-1, 1, bins)], -1);
    }

    /// <summary>How many numbers describe a spline of so many bins.</summary>
    internal static long Numbers(long bins) => bins * Least < 1
        ? 3 * bins - 1
        : throw new ArgumentOutOfRangeException(nameof(bins), bins, $"Each bin takes at least {Least} of the interval: take fewer than {1 / Least}.");

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var (isInside, inside) = Inside(z);
        var p = Piece(inside, knotsZ);
        var y = inside - p.Z;
        var bend = y * (p.Right + p.Left - 2 * p.Slope);
        var (a, b, c) = (p.Height * (p.Slope - p.Left) + bend, p.Height * p.Left - bend, -p.Slope * y);
        var root = (b * b - 4 * a * c).ClampMin(0).Sqrt();
        var xi = (2 * c / (-b - root)).Clamp(0, 1);
        return Outside(isInside, z, p.X + xi * p.Width, LogSlope(p, xi).Neg());
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var (isInside, inside) = Inside(x);
        var p = Piece(inside, knotsX);
        var xi = ((inside - p.X) / p.Width).Clamp(0, 1);
        var both = xi * (1 - xi);
        var z = p.Z + p.Height * (p.Slope * xi.Square() + p.Left * both) / (p.Slope + (p.Right + p.Left - 2 * p.Slope) * both);
        return Outside(isInside, x, z, LogSlope(p, xi));
    }

    /// <summary>log dz/dx = 2 log s + log(d_{k+1} ξ² + 2 s ξ(1−ξ) + d_k (1−ξ)²) − 2 log(s + (d_{k+1} + d_k − 2s) ξ(1−ξ)).</summary>
    private static Tensor LogSlope(in SplinePiece p, Tensor xi)
    {
        var both = xi * (1 - xi);
        var numerator = p.Right * xi.Square() + 2 * p.Slope * both + p.Left * (1 - xi).Square();
        return 2 * p.Slope.Log() + numerator.Log() - 2 * (p.Slope + (p.Right + p.Left - 2 * p.Slope) * both).Log();
    }

    /// <summary>From logits [*batch, K]: where each bin begins, its size, and the K − 1 inner knots. The ends are ±bound to the last digit.</summary>
    private (Tensor Starts, Tensor Sizes, Tensor Inner) Knots(Tensor logits)
    {
        var bins = logits.Size(-1);
        var fractions = Least + (1 - Least * bins) * logits.Softmax(-1);
        var inner = fractions.CumSum(-1).Narrow(-1, 0, bins - 1) * (2 * bound) - bound;
        var starts = inner.Pad([1, 0], "constant", -bound);
        return (starts, inner.Pad([0, 1], "constant", bound) - starts, inner);
    }

    private (Tensor IsInside, Tensor Inside) Inside(Tensor value)
    {
        var isInside = value.Abs() <= bound;
        return (isInside, value.MaskedFill(isInside.LogicalNot(), 0));
    }

    private static (Tensor Value, Tensor LogDet) Outside(Tensor isInside, Tensor value, Tensor mapped, Tensor logDet) =>
        (Tensor.Where(isInside.Expand(mapped.Shape), mapped, value), logDet.MaskedFill(isInside.LogicalNot(), 0));

    /// <summary>The piece that each value lies in.</summary>
    private SplinePiece Piece(Tensor value, Tensor inner)
    {
        var number = (value.Unsqueeze(-1) >= inner).Sum(-1, dtype: ElementType.Int64); // [*S, *batch]
        Shape shape = number.Shape;
        var index = number.Unsqueeze(-1).Unsqueeze(-1).Expand([.. shape, 1, 6]);
        var piece = table.Expand([.. shape, .. table.Shape[^2..]]).Gather(-2, index).Squeeze(-2); // [*S, *batch, 6]
        return new(piece);
    }
}
