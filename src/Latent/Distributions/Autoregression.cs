using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A joint distribution by the chain rule: log p(x) = Σ_i log p(x_i | x_j of all sites j before i).</summary>
/// <remarks>
/// <para>Source: Larochelle and Murray, The neural autoregressive distribution estimator (2011), equation 1.</para>
/// <para>Shapes: an event of shape E consists of N sites, each of the site's shape F: E, read in row-major order, is [*F, N]. A site is
/// an element unless F says otherwise; of pictures [C, H, W] it is a pixel with all its colours where F = [C].</para>
/// <para>Domain: that of the sites' distributions. Draws are not differentiable.</para>
/// <para>Numerics: a density takes one pass for all sites, a draw one after the other, each within a scope of its own, so that memory
/// does not grow with N.</para>
/// </remarks>
public sealed class Autoregression : Distribution
{
    private readonly Shape site;
    private readonly long sites;
    private readonly Func<Tensor, Distribution> given;
    private readonly Func<Tensor, Func<long, Distribution>> sequence;

    /// <summary>The distribution that p(x_i | x_before) make.</summary>
    /// <param name="batchShape">The batch shape.</param>
    /// <param name="eventShape">E.</param>
    /// <param name="site">F.</param>
    /// <param name="given">From x [*S, *batch, *E] to the distributions of all sites given those before them in x: batch shape [*S, *batch, N], events F.</param>
    /// <param name="sequence">
    /// The same site by site: from x, which is to be filled in as they are drawn, to a function that gives the distribution of site i,
    /// batch shape [*S, *batch], events F. It is called with the sites in their order.
    /// </param>
    /// <exception cref="ArgumentException">The event does not divide into sites.</exception>
    public Autoregression(Shape batchShape, Shape eventShape, Shape site, Func<Tensor, Distribution> given, Func<Tensor, Func<long, Distribution>> sequence) : base(batchShape, eventShape)
    {
        Arguments.MultipleOf(site.Elements, eventShape.Elements);
        (this.site, this.given, this.sequence) = (site, given, sequence);
        sites = eventShape.Elements / site.Elements;
    }

    /// <summary>The numbers of the sites in the order in which each depends on those before; null: 0 … N − 1.</summary>
    public IReadOnlyList<long>? Order { get; init; }

    /// <summary>The type of draws.</summary>
    public ElementType ElementType { get; init; } = ElementType.Float32;

    /// <summary>Where draws lie.</summary>
    public Device Device { get; init; }

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor? Mean => null;

    /// <inheritdoc/>
    public override Tensor? Entropy => null;

    /// <summary>The distributions of all sites given those before them in x, with batch shape [*S, *batch] and events [N, *F].</summary>
    /// <param name="x">[*S, *batch, *E].</param>
    public Distribution Given(Tensor x) => new Independent(given(x), 1);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        Shape leading = Broadcast.Shapes(x.Shape[..^EventShape.Rank], BatchShape);
        x = x.Expand([.. leading, .. EventShape]);
        return Given(x).LogProb(Sites(x).MoveDim(-1, leading.Rank)); // [*S, *batch, N, *F] → [*S, *batch]
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros(shape, dtype: ElementType, device: Device);
        var places = Sites(x);
        var threads = Libtorch.Threads;
        Libtorch.Threads = 1; // the products of a site are so small that threads would wait for each other longer than they work
        try
        {
            var distribution = sequence(x);
            for (var k = 0; k < sites; k++)
            {
                using var step = TensorScope.Open();
                var i = Order?[k] ?? k;
                places.Select(-1, i).CopyInPlace(distribution(i).Sample(rng.Fork("site", i)));
            }
        }
        finally
        {
            Libtorch.Threads = threads;
        }
        return scope.Return(x);
    }

    /// <summary>[*, *E] as [*, *F, N].</summary>
    private Tensor Sites(Tensor x) => x.Flatten(-EventShape.Rank).Unflatten(-1, [.. site, sites]);
}
