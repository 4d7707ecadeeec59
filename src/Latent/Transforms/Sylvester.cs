using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A residual step through all coordinates: x = z + Q R tanh(a), a = R̃ Qᵀ z + b, with Q orthogonal and R, R̃ upper triangular;
/// log|det| = Σ_i log(1 + (1 − tanh² a_i) r_i r̃_i). For posteriors: it has no inverse in closed form.
/// </summary>
/// <remarks>
/// <para>Source: van den Berg, Hasenclever, Tomczak and Welling, Sylvester normalizing flows for variational inference (2018), equations 13
/// and 15; Q is a product of Householder reflections (section 4.2). The diagonals r and r̃ are tanh of the parameters', so that r r̃
/// is above −1 and the map invertible.</para>
/// <para>Shapes: the reflections' vectors are [*batch, H, D], R and R̃ [*batch, D, D], of which the upper triangles count, b is [*batch, D];
/// events are [D].</para>
/// <para>Domain: all reals.</para>
/// </remarks>
public sealed class Sylvester : Transform
{
    private readonly Reflections reflections;
    private readonly Tensor r;
    private readonly Tensor rTilde;
    private readonly Tensor b;
    private readonly Tensor product;    // of the diagonals

    /// <summary>The step of Q, R, R̃ and b.</summary>
    /// <param name="vectors">The vectors of Q.</param>
    /// <param name="r">R, its diagonal before tanh.</param>
    /// <param name="rTilde">R̃, its diagonal before tanh.</param>
    /// <param name="b">b.</param>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public Sylvester(Tensor vectors, Tensor r, Tensor rTilde, Tensor b) : base(1, Batch(b), hasInverse: false)
    {
        var size = b.Size(-1);
        Shape square = [.. b.Shape, size];
        if (r.Shape != square) throw Arguments.Misshapen(r, $"{square}", "R is a matrix where b is a vector.");
        if (rTilde.Shape != square) throw Arguments.Misshapen(rTilde, $"{square}", "R̃ is a matrix where b is a vector.");
        if (vectors.Rank < 2 || vectors.Size(-1) != size) throw Arguments.Misshapen(vectors, $"[*batch, H, D = {size}]", "Reflections have vectors of the event's size.");
        reflections = new(vectors);
        this.b = b;
        var (diagonal, diagonalTilde) = (Diagonal(r), Diagonal(rTilde));
        product = diagonal * diagonalTilde;
        this.r = r.Triu(1) + diagonal.DiagEmbed();
        this.rTilde = rTilde.Triu(1) + diagonalTilde.DiagEmbed();
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var step = (rTilde.MatMul(reflections.TransposedTimes(z.Unsqueeze(-1))).Squeeze(-1) + b).Tanh();
        var x = z + reflections.Times(r.MatMul(step.Unsqueeze(-1))).Squeeze(-1);
        return (x, ((1 - step.Square()) * product).Log1P().Sum(-1));
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => throw new InverseNotAvailableException(this);

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == b.Size(-1)
        ? eventShape
        : throw new ArgumentException($"Sylvester maps events [D = {b.Size(-1)}], not {eventShape}. Give it matrices of the event's size.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    private static Tensor Diagonal(Tensor matrix) => matrix.Diagonal(0, -2, -1).Tanh();

    private static ReadOnlySpan<long> Batch(Tensor b) => b.Rank >= 1 ? b.Shape.AsSpan()[..^1] : throw Arguments.Misshapen(b, "[*batch, D]", "b is a vector.");
}
