namespace Latent.Data;

/// <summary>
/// Five arms: a Gaussian around (2, 0) with standard deviations 0.6 and 0.2, turned by one of five angles and twisted by an angle that
/// grows with the distance from the origin. Rotations by such an angle keep areas, so the density is that of the Gaussian before them.
/// </summary>
/// <remarks>
/// <para>Source: Johnson et al., "Composing graphical models with neural networks", 2016.</para>
/// <para>Deviation: there the twist grows with the exponential of the first coordinate, which leaves no density in closed form.</para>
/// </remarks>
public sealed class Pinwheel : PlanarDensity
{
    private const int Arms = 5;
    private const double Distance = 2;
    private const double Along = 0.6;
    private const double Across = 0.2;
    private const double Twist = 0.8;

    /// <inheritdoc/>
    public override string Name => "pinwheel";

    /// <inheritdoc/>
    public override string Description => "five twisted arms";

    /// <inheritdoc/>
    public override double LogDensity(double x, double y)
    {
        var rho = Math.Sqrt(x * x + y * y);
        Span<double> terms = stackalloc double[Arms];
        for (var arm = 0; arm < Arms; arm++)
        {
            var (a, b) = Rotate(x, y, -Angle(arm, rho));
            terms[arm] = -0.5 * (Math.Pow((a - Distance) / Along, 2) + Math.Pow(b / Across, 2));
        }
        return LogSumExp(terms) - Math.Log(Arms * 2 * Math.PI * Along * Across);
    }

    private protected override (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals)
    {
        var (a, b) = (Distance + Along * normals[0], Across * normals[1]);
        return Rotate(a, b, Angle(Math.Floor(Arms * uniforms[0]), Math.Sqrt(a * a + b * b)));
    }

    private static double Angle(double arm, double rho) => 2 * Math.PI * arm / Arms + Twist * rho;

    private static (double X, double Y) Rotate(double x, double y, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return (cos * x - sin * y, sin * x + cos * y);
    }
}
