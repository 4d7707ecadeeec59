using Latent.Torch;

namespace Latent.Distributions;

/// <summary>The beta distribution of each element: log p(x) = (a − 1) log x + (b − 1) log(1 − x) − log B(a, b).</summary>
/// <remarks>
/// <para>Shapes: a and b broadcast to the batch shape; events are scalars.</para>
/// <para>Domain: 0 &lt; x &lt; 1, outside which log p is −∞, at 0 and 1 too, where the density may diverge; a, b &gt; 0. Draws that
/// would round to 0 or 1 are the nearest normal number between.</para>
/// </remarks>
public sealed class Beta : Distribution
{
    /// <summary>G / (G + H) of gamma variables with concentrations <paramref name="a"/> and <paramref name="b"/>.</summary>
    /// <exception cref="ArgumentException">The parameters do not broadcast.</exception>
    public Beta(Tensor a, Tensor b) : base(Broadcast.Shapes(a, b), []) => (A, B) = (a, b);

    /// <summary>a, which draws towards 1.</summary>
    public Tensor A { get; }

    /// <summary>b, which draws towards 0.</summary>
    public Tensor B { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor Mean => A / (A + B);

    /// <inheritdoc/>
    public override Tensor Entropy => LogNormalizer - (A - 1) * A.Digamma() - (B - 1) * B.Digamma() + (A + B - 2) * (A + B).Digamma();

    /// <summary>log B(a, b).</summary>
    internal Tensor LogNormalizer => A.LGamma() + B.LGamma() - (A + B).LGamma();

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var outside = (x <= 0).LogicalOr(x >= 1);
        var inside = x.MaskedFill(outside, 0.5);
        return ((A - 1) * inside.Log() + (B - 1) * (-inside).Log1P() - LogNormalizer).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        // In logarithms, as both gamma variables can be too small for their type.
        var g = StandardGamma.LogSample(rng.Fork("a"), A.Expand(shape));
        var h = StandardGamma.LogSample(rng.Fork("b"), B.Expand(shape));
        return OpenInterval.Unit((g - h).Sigmoid());
    }
}
