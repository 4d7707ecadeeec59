namespace Latent.Data;

/// <summary>Uniform on the eight black squares, of edge 2, of a board [−4, 4)².</summary>
public sealed class Checkerboard : PlanarDensity
{
    /// <inheritdoc/>
    public override string Name => "checkerboard";

    /// <inheritdoc/>
    public override string Description => "uniform on the eight black squares of a 4×4 board";

    /// <inheritdoc/>
    public override double LogDensity(double x, double y)
    {
        var (column, row) = ((int)Math.Floor(x / 2), (int)Math.Floor(y / 2));
        return x is >= -4 and < 4 && y is >= -4 and < 4 && ((column + row) & 1) == 0 ? -Math.Log(32) : double.NegativeInfinity;
    }

    private protected override (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals)
    {
        var x = 8 * uniforms[0] - 4;
        var row = 2 * Math.Floor(2 * uniforms[1]) + ((int)Math.Floor(x / 2) & 1) - 2;
        // Float32 rounds up to the far edge of a square in one of 2²⁵ cases; a shorter edge keeps the point inside.
        const double Within = 1 - 1e-6;
        return (2 * (Math.Floor(x / 2) + Within * (x / 2 - Math.Floor(x / 2))), 2 * (row + Within * uniforms[2]));
    }
}
