namespace Latent.Catalog;

/// <summary>How the matrix of a linear map is parametrized.</summary>
public enum MatrixFactors
{
    /// <summary>P L U: cheap in both directions, with the determinant at hand.</summary>
    LU,
    /// <summary>Reflections and an upper triangle: as cheap, and at first orthogonal.</summary>
    QR,
    /// <summary>The entries themselves: the determinant costs D³ steps.</summary>
    Plain,
}
