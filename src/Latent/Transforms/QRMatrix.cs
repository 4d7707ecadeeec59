using Latent.Torch;

namespace Latent.Transforms;

/// <summary>W = Q (R + diag(e^s)): a product of Householder reflections and an upper triangle; log|det W| = Σ s.</summary>
/// <remarks>
/// <para>Source: Hoogeboom, van den Berg and Welling, Emerging convolutions for generative normalizing flows (2019), section 4.</para>
/// <para>Shapes: the reflections' vectors are [*batch, H, D], with H = D for all orthogonal matrices; R is [*batch, D, D], of which the
/// entries strictly above the diagonal count; s is [*batch, D].</para>
/// </remarks>
public sealed class QRMatrix : InvertibleMatrix
{
    private readonly Tensor vectors;
    private readonly Tensor upper;
    private readonly Tensor logScale;

    /// <summary>The matrix of factors.</summary>
    /// <param name="vectors">The vectors of Q.</param>
    /// <param name="upper">R.</param>
    /// <param name="logScale">s.</param>
    /// <exception cref="ArgumentException">Sizes differ.</exception>
    public QRMatrix(Tensor vectors, Tensor upper, Tensor logScale) : base(upper.Shape)
    {
        this.vectors = vectors;
        this.upper = Square(upper, logScale, nameof(upper));
        this.logScale = logScale;
        if (vectors.Rank < 2 || vectors.Size(-1) != Size) throw Arguments.Misshapen(vectors, $"[*batch, H, D = {Size}]", "All parameters of a matrix are of one size.");
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDet => logScale.Sum(-1);

    // Made anew each time: a matrix may outlive the scope of what it computes.
    private Reflections Reflections => new(vectors);

    private Tensor Upper => upper.Triu(1) + logScale.Exp().DiagEmbed();

    /// <inheritdoc/>
    public override Tensor Times(Tensor columns) => Reflections.Times(Upper.MatMul(columns));

    /// <inheritdoc/>
    public override Tensor Solve(Tensor columns) => Upper.LinalgSolveTriangular(Reflections.TransposedTimes(columns), upper: true);
}
