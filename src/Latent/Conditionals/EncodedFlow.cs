using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Conditionals;

/// <summary>
/// A flow whose noise and transforms one network describes: it gives the numbers of the noise, then features that the transforms
/// depend on. A posterior q(z|x): z = f(ε; h), ε ~ q(ε|x), with (raw, h) = network(x).
/// </summary>
/// <remarks>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015), section 4; Kingma et al., Improved variational inference with inverse autoregressive flow (2016), section 4.</remarks>
/// <param name="network">[*, *context event] → [*, outputs of the head + features].</param>
/// <param name="head">What the first outputs mean.</param>
/// <param name="transform">f given the features [*, features].</param>
public sealed class EncodedFlow(Func<Tensor, Tensor> network, Head head, Func<Tensor?, Transform> transform) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null)
    {
        var raw = network(context ?? throw new ArgumentException("The distribution depends on a context, and none was given: pass what it is conditioned on.", nameof(context)));
        var features = raw.Size(-1) - head.Outputs;
        return raw.SplitWithSizes([head.Outputs, features], -1) is [var numbers, var h]
            ? new Transformed(head.Of(numbers), transform(h))
            : throw new InvalidOperationException("The network gives two parts.");
    }
}
