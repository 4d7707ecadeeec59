namespace Latent.Data;

/// <summary>
/// Four concentric rings of radius ¾, 1½, 2¼ and 3 and of equal weight: the angle is uniform, and the distance from the origin is the
/// magnitude of a normal variate around the radius with standard deviation 0.1.
/// p(x) = (2π ρ)⁻¹ ¼ Σ_k [N(ρ; r_k, σ²) + N(−ρ; r_k, σ²)], ρ = |x|.
/// </summary>
public sealed class Rings : PlanarDensity
{
    private const double Step = 0.75;
    private const double Sigma = 0.1;

    /// <inheritdoc/>
    public override string Name => "rings";

    /// <inheritdoc/>
    public override string Description => "four concentric rings";

    /// <inheritdoc/>
    public override double LogDensity(double x, double y)
    {
        var rho = Math.Sqrt(x * x + y * y);
        Span<double> terms = stackalloc double[8];
        for (var k = 0; k < 4; k++)
        {
            var radius = Step * (k + 1);
            terms[2 * k] = -0.5 * Math.Pow((rho - radius) / Sigma, 2);
            terms[2 * k + 1] = -0.5 * Math.Pow((rho + radius) / Sigma, 2);
        }
        return LogSumExp(terms) - Math.Log(4 * Sigma * Math.Sqrt(2 * Math.PI)) - Math.Log(2 * Math.PI * Math.Max(rho, double.Epsilon));
    }

    private protected override (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals)
    {
        var rho = Math.Abs(Step * (1 + Math.Floor(4 * uniforms[0])) + Sigma * normals[0]);
        var (sin, cos) = Math.SinCos(2 * Math.PI * uniforms[1]);
        return (rho * cos, rho * sin);
    }
}
