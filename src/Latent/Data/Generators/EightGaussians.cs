namespace Latent.Data;

/// <summary>Eight round Gaussians of standard deviation √2 / 4 and equal weight, on a circle of radius 2√2.</summary>
/// <remarks>Source: the scaling of Grathwohl et al., "FFJORD", 2019 (radius 4, deviation 0.5, all divided by √2).</remarks>
public sealed class EightGaussians : PlanarDensity
{
    private static readonly double Radius = 2 * Math.Sqrt(2);
    private static readonly double Sigma = Math.Sqrt(2) / 4;

    /// <inheritdoc/>
    public override string Name => "eight-gaussians";

    /// <inheritdoc/>
    public override string Description => "eight round Gaussians on a circle";

    /// <inheritdoc/>
    public override double LogDensity(double x, double y)
    {
        Span<double> terms = stackalloc double[8];
        for (var k = 0; k < 8; k++)
        {
            var (sin, cos) = Math.SinCos(k * Math.PI / 4);
            terms[k] = LogNormal(x, y, Radius * cos, Radius * sin, Sigma);
        }
        return LogSumExp(terms) - Math.Log(8);
    }

    private protected override (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals)
    {
        var (sin, cos) = Math.SinCos(Math.Floor(8 * uniforms[0]) * Math.PI / 4);
        return (Radius * cos + Sigma * normals[0], Radius * sin + Sigma * normals[1]);
    }
}
