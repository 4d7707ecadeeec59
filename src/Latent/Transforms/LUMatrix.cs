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
    private readonly Tensor order;
    private readonly Tensor lower;
    private readonly Tensor upper;
    private readonly Tensor logScale;

    /// <summary>The matrix of factors.</summary>
    /// <param name="order">P as the list of π(0), π(1), …, Int64 [D]: row d of P L U is row π(d) of L U.</param>
    /// <param name="lower">L.</param>
    /// <param name="upper">U.</param>
    /// <param name="logScale">s.</param>
    /// <exception cref="ArgumentException">Sizes differ.</exception>
    public LUMatrix(Tensor order, Tensor lower, Tensor upper, Tensor logScale) : base(lower.Shape)
    {
        this.order = order;
        this.lower = Square(lower, logScale, nameof(lower));
        this.upper = Square(upper, logScale, nameof(upper));
        this.logScale = logScale;
        if (order.Shape is not [var size] || size != Size) throw Arguments.Misshapen(order, $"[D = {Size}]", "The permutation has as many entries as the matrix has rows.");
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDet => logScale.Sum(-1);

    private Tensor Lower => lower.Tril(-1) + Tensor.Eye(Size, lower.ElementType, lower.Device);

    private Tensor Upper => upper.Triu(1) + logScale.Exp().DiagEmbed();

    /// <inheritdoc/>
    public override Tensor Times(Tensor columns) => Lower.MatMul(Upper.MatMul(columns)).IndexSelect(-2, order);

    /// <inheritdoc/>
    public override Tensor Solve(Tensor columns) => Upper.LinalgSolveTriangular(
        Lower.LinalgSolveTriangular(columns.IndexSelect(-2, order.ArgSort()), upper: false, unitriangular: true), upper: true);
}
