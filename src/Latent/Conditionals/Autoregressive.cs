using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>A distribution by the chain rule, p(x|c) = Π_i p(x_i | x_before, c), whose factors a network gives all at once: MADE, the PixelCNNs.</summary>
/// <remarks>
/// <para>Shapes: x is [*, *E], of N sites (<see cref="Autoregression"/>); the network gives the head's outputs for each, [*, N, outputs].</para>
/// <para>Cost: a density takes one pass of the network. A draw takes N, unless the network has a cheaper way from site to site
/// (<see cref="Sequence"/>).</para>
/// </remarks>
/// <param name="network">From x [*, *E] and the context to [*, N, outputs], the outputs of a site depending on sites before it alone. The context has the leading axes of x.</param>
/// <param name="head">What the outputs of a site mean: a distribution of events of the site's shape.</param>
/// <param name="eventShape">E.</param>
/// <param name="type">The type of draws, that of the network's parameters.</param>
/// <param name="device">Where draws lie.</param>
public sealed class Autoregressive(Func<Tensor, Tensor?, Tensor> network, Head head, Shape eventShape, ElementType type = ElementType.Float32, Device device = default) : Conditional
{
    /// <summary>The shape of a site; a scalar if not set.</summary>
    public Shape Site { get; init; } = [];

    /// <summary>The sites' numbers in the order that the network knows; null: 0, 1, ….</summary>
    public IReadOnlyList<long>? Order { get; init; }

    /// <summary>How many axes an event of the context has, such as 0 for classes Int64 [*B], 3 for feature maps; null where the network does not look at it.</summary>
    public int? ContextRank { get; init; }

    /// <summary>
    /// The network site by site: from x, which is filled in as sites are drawn, and the context, to a function that gives the outputs [*, outputs] of
    /// site i when those before it are there. Null: a whole pass for each.
    /// </summary>
    public Func<Tensor, Tensor?, Func<long, Tensor>>? Sequence { get; init; }

    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null)
    {
        if (ContextRank is not { } rank) context = null;
        else if (context is null) throw new ArgumentException("The distribution depends on a context, and none was given: pass what it is conditioned on, such as the examples' classes.", nameof(context));
        else return Of(context.Shape[..^rank], x => context.Expand([.. x.Shape[..^eventShape.Rank], .. context.Shape[^rank..]]));
        return Of([], _ => null);
    }

    private Autoregression Of(Shape batch, Func<Tensor, Tensor?> contextFor)
    {
        Distribution Read(Tensor raw) => head.Of(raw.To(type)); // under autocast the network's last product is rounded
        return new(
            batch, eventShape, Site,
            x => Read(network(x, contextFor(x))),
            x =>
            {
                if (Sequence is null) return i => Read(network(x, contextFor(x)).Select(-2, i));
                var outputs = Sequence(x, contextFor(x));
                return i => Read(outputs(i));
            })
        {
            Order = Order,
            ElementType = type,
            Device = device,
        };
    }
}
