using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Models;

/// <summary>The variational autoencoder: p(x, z) = p(z) p(x|z) with the approximate posterior q(z|x).</summary>
/// <remarks>
/// <para>Source: Kingma and Welling, Auto-encoding variational Bayes (2014); Rezende, Mohamed and Wierstra (2014).</para>
/// <para>Any prior, encoder and decoder: a conditional one looks at the model's context, a flow prior is another conditional.</para>
/// </remarks>
/// <param name="prior">p(z), or p(z|context).</param>
/// <param name="encoder">q(z|x).</param>
/// <param name="decoder">p(x|z).</param>
public sealed class Vae(Conditional prior, Conditional encoder, Conditional decoder) : LatentVariableModel
{
    /// <inheritdoc/>
    public override void Run(Tracer t, Tensor? x, Tensor? context)
    {
        var z = t.Latent("z", prior.Given(context), () => encoder.Given(x));
        t.Observed("x", decoder.Given(z), x);
    }
}
