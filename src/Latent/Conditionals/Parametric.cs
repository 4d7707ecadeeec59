using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>A network whose output a head reads as a distribution: p(y|c) = head(network(c)).</summary>
/// <param name="network">A function of the context with as many outputs as the head needs: [*, *context event] → [*, outputs].</param>
/// <param name="head">What the outputs mean.</param>
public sealed class Parametric(Func<Tensor, Tensor> network, Head head) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) =>
        head.Of(network(context ?? throw new ArgumentException("The distribution depends on a context, and none was given: pass what it is conditioned on.", nameof(context))));
}
