using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A parametrization of invertible matrices W [D, D], of which <see cref="LinearMap"/> makes a transform.</summary>
/// <remarks>Shapes: one matrix for each entry of a batch shape; columns are [*batch, D, N], batch axes broadcasting.</remarks>
public abstract class InvertibleMatrix
{
    /// <summary>Shapes of the matrices.</summary>
    /// <param name="shape">[*batch, D, D].</param>
    /// <exception cref="ArgumentException">They are not square.</exception>
    private protected InvertibleMatrix(Shape shape) => (BatchShape, Size) = shape is [.. var batch, var rows, var columns] && rows == columns
        ? (new Shape(batch), rows)
        : throw new ArgumentException($"An invertible matrix is [*batch, D, D], not {shape}.", nameof(shape));

    /// <summary>One matrix for each entry.</summary>
    public Shape BatchShape { get; }

    /// <summary>D.</summary>
    public long Size { get; }

    /// <summary>log|det W|, [*batch].</summary>
    public abstract Tensor LogAbsDet { get; }

    /// <summary>W times columns.</summary>
    public abstract Tensor Times(Tensor columns);

    /// <summary>W⁻¹ times columns.</summary>
    public abstract Tensor Solve(Tensor columns);

    /// <summary>A matrix, if it is [*batch, D, D] for the D of another parameter [*, D].</summary>
    private protected static Tensor Square(Tensor matrix, Tensor other, string name) => matrix.Shape is [.., var rows, var columns] && rows == columns && other.Size(-1) == rows
        ? matrix
        : throw Arguments.Misshapen(matrix, $"[*batch, D = {other.Size(-1)}, D]", "All parameters of a matrix are of one size.", name);
}
