using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Where a transform stands in a flow, seen from the data.</summary>
/// <param name="Init">Where its parameters go.</param>
/// <param name="EventShape">The shape of an event on its side of the data.</param>
/// <param name="ContextFeatures">The size of a context [*, features], of pictures [*, features, H, W], that it is conditioned on; 0 for none.</param>
/// <param name="Number">How many couplings and autoregressive layers of the flow stand between it and the data: masks and orders alternate by it.</param>
public sealed record TransformPlace(Init Init, Shape EventShape, long ContextFeatures = 0, long Number = 0)
{
    /// <summary>The batch axes of a transform that is conditioned on a context: the context's. None where there is none to be conditioned on.</summary>
    internal Shape BatchShape(Tensor? context) => ContextFeatures > 0 && context is not null ? context.Shape[..^EventShape.Rank] : [];
}
