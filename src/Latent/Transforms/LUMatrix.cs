using Latent.Torch;

namespace Latent.Transforms;

/// <summary>W = P L (U + diag(e^s)): a fixed permutation, a lower triangle with ones on its diagonal, an upper triangle; log|det W| = Σ s.</summary>
/// <remarks>
/// <para>Source: Kingma and Dhariwal, Glow (2018), equation 10.</para>
/// <para>Shapes: L and U are [*batch, D, D], of which the entries strictly below and above the diagonal count; s is [*batch, D].</para>
/// <para>Deviation: the diagonal is positive, which loses no matrices but those of the other orientation, and these up to a permutation.</para>
/// </remarks>
public sealed class LUMatrix : InvertibleMatrix
{
    private readonly long[] order;
    private readonly long[] inverse;
    private readonly Tensor lower;
    private readonly Tensor upper;
    private readonly Tensor logScale;

    /// <summary>The matrix of factors.</summary>
    /// <param name="order">P as the list of π(0), π(1), …: row d of P L U is row π(d) of L U.</param>
    /// <param name="lower">L.</param>
    /// <param name="upper">U.</param>
    /// <param name="logScale">s.</param>
    /// <exception cref="ArgumentException">Sizes differ, or the list does not hold each of 0 … D − 1 once.</exception>
    public LUMatrix(ReadOnlySpan<long> order, Tensor lower, Tensor upper, Tensor logScale) : base(lower.Shape)
    {
        this.order = order.ToArray();
        inverse = new long[order.Length];
        this.lower = Square(lower, logScale, nameof(lower));
        this.upper = Square(upper, logScale, nameof(upper));
        this.logScale = logScale;
        if (order.Length != Size || !this.order.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(i => (long)i)))
            throw new ArgumentException($"order must hold each of 0 … {Size - 1} once, being of D = {Size} rows, not [{string.Join(", ", this.order)}].", nameof(order));
        for (var i = 0; i < inverse.Length; i++) inverse[order[i]] = i;
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDet => logScale.Sum(-1);

    private Tensor Lower => lower.Tril(-1) + Tensor.Eye(Size, lower.ElementType, lower.Device);

    private Tensor Upper => upper.Triu(1) + logScale.Exp().DiagEmbed();

    /// <inheritdoc/>
    public override Tensor Times(Tensor columns) => Lower.MatMul(Upper.MatMul(columns)).IndexSelect(-2, Tensor.From(order).To(columns.Device));

    /// <inheritdoc/>
    public override Tensor Solve(Tensor columns) => Upper.LinalgSolveTriangular(
        Lower.LinalgSolveTriangular(columns.IndexSelect(-2, Tensor.From(inverse).To(columns.Device)), upper: false, unitriangular: true), upper: true);
}
