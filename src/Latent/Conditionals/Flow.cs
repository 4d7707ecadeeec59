using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Conditionals;

/// <summary>A normalizing flow: noise z of a base, mapped to x by transforms that may depend on the context, p(x|c) = p_z(f⁻¹(x; c)) |det ∂f⁻¹/∂x|.</summary>
/// <remarks>Source: Rezende and Mohamed, Variational inference with normalizing flows (2015); Papamakarios et al. (2021), section 2.</remarks>
/// <param name="base">p_z, or p_z given the context.</param>
/// <param name="transform">f(·; c), from noise to data.</param>
public sealed class Flow(Conditional @base, Func<Tensor?, Transform> transform) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) => new Transformed(@base.Given(context), transform(context));
}
