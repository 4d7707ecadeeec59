using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Conditionals;

/// <summary>
/// A flow whose noise and transforms one network describes: it gives the numbers of the noise, then features that the transforms
/// depend on. A posterior q(z|x): z = f(ε; h), ε ~ q(ε|x), with (raw, h) = network(x).
/// </summary>
/// <remarks>
/// <para>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), section 4; Kingma et al., Improved variational
/// inference with inverse autoregressive flow (2016), section 4.</para>
/// <para>Shapes: the network gives [*, n, …] with as many axes as events of z have; the features are the last along the first of them.</para>
/// </remarks>
/// <param name="network">Of the context.</param>
/// <param name="head">What the first outputs mean.</param>
/// <param name="features">How many features there are, at least 0.</param>
/// <param name="transform">f given the features, [*, features, …]; null where there are none.</param>
/// <param name="eventRank">The axes of an event of z.</param>
public sealed class EncodedFlow(Func<Tensor, Tensor> network, Head head, long features, Func<Tensor?, Transform> transform, int eventRank = 1) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null)
    {
        var raw = network(context ?? throw new ArgumentException("The distribution depends on a context, and none was given: pass what it is conditioned on.", nameof(context)));
        var numbers = raw.Size(-eventRank) - features;
        var noise = head.Of(raw.Narrow(-eventRank, 0, numbers).Flatten(-eventRank));
        return new Transformed(noise, transform(features == 0 ? null : raw.Narrow(-eventRank, numbers, features)));
    }
}
