namespace Latent.Data;

/// <summary>Two interleaved half circles of radius 2, uniform along them, blurred by a round Gaussian of standard deviation 0.2.</summary>
/// <remarks>
/// <para>Source: scikit-learn's <c>make_moons</c> with noise 0.1, shifted to its centre and scaled by 2.</para>
/// <para>Numerics: the density is the integral of the blur along the half circles, here by Simpson's rule with 400 pieces, which is right
/// to 1e-8 relative to the density on the arcs.</para>
/// </remarks>
public sealed class TwoMoons : PlanarDensity
{
    private const int Pieces = 400;
    private const double Sigma = 0.2;

    /// <inheritdoc/>
    public override string Name => "two-moons";

    /// <inheritdoc/>
    public override string Description => "two interleaved half circles";

    /// <inheritdoc/>
    public override double LogDensity(double x, double y)
    {
        Span<double> terms = stackalloc double[2 * (Pieces + 1)];
        for (var k = 0; k <= Pieces; k++)
        {
            var logWeight = Math.Log((k is 0 or Pieces ? 1 : k % 2 == 1 ? 4 : 2) / (3.0 * Pieces));
            for (var moon = 0; moon < 2; moon++)
            {
                var (mx, my) = Arc(moon, (double)k / Pieces);
                terms[2 * k + moon] = logWeight + LogNormal(x, y, mx, my, Sigma);
            }
        }
        return LogSumExp(terms) - Math.Log(2);
    }

    private protected override (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals)
    {
        var (x, y) = Arc(uniforms[0] < 0.5 ? 0 : 1, uniforms[1]);
        return (x + Sigma * normals[0], y + Sigma * normals[1]);
    }

    /// <summary>The upper arc goes around (−1, −½), the lower one around (1, ½).</summary>
    private static (double X, double Y) Arc(int moon, double t)
    {
        var (sin, cos) = Math.SinCos(Math.PI * t);
        return moon == 0 ? (2 * cos - 1, 2 * sin - 0.5) : (1 - 2 * cos, 0.5 - 2 * sin);
    }
}
