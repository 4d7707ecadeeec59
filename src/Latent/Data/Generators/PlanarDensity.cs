using Latent.Torch;

namespace Latent.Data;

/// <summary>A density on the plane that can be drawn from and evaluated: what models of two coordinates are tried on.</summary>
public abstract class PlanarDensity
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PlanarDensity> All { get; } = [new EightGaussians(), new TwoMoons(), new Checkerboard(), new Rings(), new Pinwheel()];

    /// <summary>The name in lists and recipes: <c>eight-gaussians</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it looks like.</summary>
    public abstract string Description { get; }

    /// <summary>log p(x, y), in nats; −∞ outside the support.</summary>
    public abstract double LogDensity(double x, double y);

    /// <summary>A point from three independent uniform numbers on [0, 1) and two standard normal ones.</summary>
    private protected abstract (double X, double Y) Draw(ReadOnlySpan<double> uniforms, ReadOnlySpan<double> normals);

    /// <summary>Independent points, Float32 [N, 2]. Point i of a seed is the same whatever N is.</summary>
    /// <param name="count">N.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="name">The name of the set; that of the density if null.</param>
    public Dataset Make(long count, ulong seed = 0, string? name = null)
    {
        var rng = new Rng(seed).Fork(Name);
        var uniforms = new double[checked(3 * Arguments.Positive(count))];
        var normals = new double[2 * count];
        rng.Fork("uniform").Uniform(uniforms);
        rng.Fork("normal").Normal(normals);
        var points = new float[2 * count];
        for (var i = 0; i < count; i++)
        {
            var (x, y) = Draw(uniforms.AsSpan(3 * i, 3), normals.AsSpan(2 * i, 2));
            (points[2 * i], points[2 * i + 1]) = ((float)x, (float)y);
        }
        return new(name ?? Name, HostArray.From<float>(points, [count, 2]));
    }

    /// <summary>A training, a validation and a test set of independent points.</summary>
    public DataSplits MakeSplits(long train = 50_000, long validation = 5_000, long test = 5_000, ulong seed = 0) =>
        DataSplits.Generate(Name, new(train, validation, test), seed, Make);

    /// <summary>log N(x, y; (mx, my), σ² I).</summary>
    private protected static double LogNormal(double x, double y, double mx, double my, double sigma) =>
        -0.5 * ((x - mx) * (x - mx) + (y - my) * (y - my)) / (sigma * sigma) - Math.Log(2 * Math.PI * sigma * sigma);

    /// <summary>log Σ exp of terms that are never all −∞.</summary>
    private protected static double LogSumExp(ReadOnlySpan<double> terms)
    {
        var most = double.NegativeInfinity;
        foreach (var term in terms) most = Math.Max(most, term);
        var sum = 0.0;
        foreach (var term in terms) sum += Math.Exp(term - most);
        return most + Math.Log(sum);
    }
}
