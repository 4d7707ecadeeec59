using Latent.Torch;

namespace Latent.Transforms;

/// <summary>The product Q = H₁ ⋯ H_m of Householder reflections H = I − 2 v vᵀ / ‖v‖², as a whole: Q = I − Aᵀ S⁻¹ A with the vectors as rows of A.</summary>
/// <remarks>
/// <para>Source: Puglisi, Modification of the Householder method based on the compact WY representation (1992): S is the upper triangle of
/// A Aᵀ with its diagonal halved. Three products and a triangular solution in place of m steps.</para>
/// <para>Shapes: A [*batch, m, D], columns [*batch, D, N]. Domain: vectors that are not zero; their lengths do not matter.</para>
/// </remarks>
internal readonly struct Reflections
{
    private readonly Tensor vectors;
    private readonly Tensor triangle;

    public Reflections(Tensor vectors)
    {
        if (vectors.Rank < 2) throw Arguments.Misshapen(vectors, "[*batch, H, D]", "Give the vectors of the reflections as rows.");
        var unit = vectors / vectors.Square().Sum(-1, keepDim: true).Sqrt();
        var products = unit.MatMul(unit.Transpose(-2, -1));
        this.vectors = unit;
        triangle = products.Triu(1) + Tensor.Eye(vectors.Size(-2), vectors.ElementType, vectors.Device) * 0.5;
    }

    /// <summary>D.</summary>
    public long Size => vectors.Size(-1);

    public Tensor Times(Tensor columns) => columns - vectors.Transpose(-2, -1).MatMul(triangle.LinalgSolveTriangular(vectors.MatMul(columns), upper: true));

    public Tensor TransposedTimes(Tensor columns) => columns - vectors.Transpose(-2, -1).MatMul(triangle.Transpose(-2, -1).LinalgSolveTriangular(vectors.MatMul(columns), upper: false));
}
