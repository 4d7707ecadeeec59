using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A step across a plane: x = z + û tanh(a), a = wᵀz + b, log|det| = log(1 + (1 − tanh² a) wᵀû). For posteriors: it has no inverse in
/// closed form.
/// </summary>
/// <remarks>
/// <para>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), equations 10 to 12; û = u + (m(wᵀu) − wᵀu) w / ‖w‖²
/// with m(t) = log(1 + e^t) − 1, which is above −1 so that the map is invertible: appendix A.1.</para>
/// <para>Shapes: u and w are [*batch, D], b is [*batch]; events are [D].</para>
/// <para>Domain: all reals.</para>
/// <para>Numerics: as wᵀû = softplus(wᵀu) − 1, the determinant is tanh² a + (1 − tanh² a) softplus(wᵀu), a sum of positive terms.</para>
/// </remarks>
public sealed class Planar : Transform
{
    private readonly Tensor w;
    private readonly Tensor b;
    private readonly Tensor constrained;    // û
    private readonly Tensor slope;          // 1 + wᵀû

    /// <summary>The step of u, w and b.</summary>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public Planar(Tensor u, Tensor w, Tensor b) : base(1, b.Shape, hasInverse: false)
    {
        if (u.Shape is not [.. var batch, var size] || size == 0 || new Shape(batch) != b.Shape) throw Arguments.Misshapen(u, $"[*batch = {b.Shape}, D]", "u and w are vectors where b is a number.");
        if (w.Shape != u.Shape) throw Arguments.Misshapen(w, $"{u.Shape}", "u and w are vectors of one size.");
        (this.w, this.b) = (w, b);
        var product = (w * u).Sum(-1);
        slope = product.Softplus();
        constrained = u + ((slope - 1 - product) / w.Square().Sum(-1).ClampMin(1e-30)).Unsqueeze(-1) * w; // of w = 0 nothing is left
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var step = ((w * z).Sum(-1) + b).Tanh();
        var square = step.Square();
        return (z + constrained * step.Unsqueeze(-1), (square + (1 - square) * slope).Log());
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => throw new InverseNotAvailableException(this);

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == w.Size(-1)
        ? eventShape
        : throw new ArgumentException($"Planar maps events [D = {w.Size(-1)}], not {eventShape}. Give it vectors of the event's size.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);
}
