using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A contraction or expansion around a point: x = z + β̂ (z − c) / (α + r), r = ‖z − c‖,
/// log|det| = (D − 1) log(1 + β̂ / (α + r)) + log(1 + β̂ α / (α + r)²).
/// </summary>
/// <remarks>
/// <para>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), equation 14; α = softplus(a) and
/// β̂ = softplus(β) − α, at least −α so that the map is invertible: appendix A.2.</para>
/// <para>Shapes: c is [*batch, D], a and β are [*batch]; events are [D].</para>
/// <para>Domain: all reals.</para>
/// <para>Numerics: with s = softplus(β) the factors are (r + s) / (r + α) and (r² + 2αr + αs) / (r + α)², of positive terms. The inverse
/// finds r as the positive root of r² + (s − R) r − αR, R = ‖x − c‖, without cancellation.</para>
/// </remarks>
public sealed class Radial : Transform
{
    private readonly Tensor center;
    private readonly Tensor alpha;
    private readonly Tensor s;

    /// <summary>The map around <paramref name="center"/>.</summary>
    /// <param name="center">c.</param>
    /// <param name="a">What α = softplus(a) comes from.</param>
    /// <param name="beta">β.</param>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public Radial(Tensor center, Tensor a, Tensor beta) : base(1, beta.Shape)
    {
        if (center.Shape is not [.. var batch, var size] || size == 0 || new Shape(batch) != beta.Shape) throw Arguments.Misshapen(center, $"[*batch = {beta.Shape}, D]", "The center is a vector where a and β are numbers.");
        if (a.Shape != beta.Shape) throw Arguments.Misshapen(a, $"{beta.Shape}", "a and β come in pairs.");
        (this.center, alpha, s) = (center, a.Softplus(), beta.Softplus());
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var offset = z - center;
        var r = Length(offset);
        return (center + offset * Ratio(r).Unsqueeze(-1), LogDet(r));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var offset = x - center;
        var distance = Length(offset);                                        // R
        var b = s - distance;
        var root = (b.Square() + 4 * alpha * distance).Sqrt() + b.Abs();
        var r = Tensor.Where(b > 0, 2 * alpha * distance / root, root * 0.5);
        return (center + offset / Ratio(r).Unsqueeze(-1), -LogDet(r));
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == center.Size(-1)
        ? eventShape
        : throw new ArgumentException($"Radial maps events [D = {center.Size(-1)}], not {eventShape}. Give it a center of the event's size.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    /// <summary>The length of vectors; at 0 its gradient, which only the zero vector multiplies, is 0.</summary>
    private static Tensor Length(Tensor vectors) => vectors.Square().Sum(-1).ClampMin(1e-30).Sqrt();

    /// <summary>‖x − c‖ / ‖z − c‖.</summary>
    private Tensor Ratio(Tensor r) => (r + s) / (r + alpha);

    private Tensor LogDet(Tensor r) =>
        Ratio(r).Log() * (center.Size(-1) - 1) + (r.Square() + 2 * alpha * r + alpha * s).Log() - 2 * (r + alpha).Log();
}
