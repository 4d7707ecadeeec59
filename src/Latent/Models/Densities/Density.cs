using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Models;

/// <summary>A model without latent variables, p(x) or p(x|context): a flow, an autoregressive model, any conditional.</summary>
/// <param name="density">p(x|context).</param>
public sealed class Density(Conditional density) : LatentVariableModel
{
    /// <inheritdoc/>
    public override void Run(Tracer t, Tensor? x, Tensor? context) => t.Observed("x", density.Given(context), x);
}
