using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>A distribution that depends on something: p(x|z) is <c>decoder.Given(z)</c>, q(z|x) <c>encoder.Given(x)</c>, a prior p(z) <c>prior.Given()</c>.</summary>
public abstract class Conditional
{
    /// <summary>The distribution given a context.</summary>
    /// <param name="context">What it depends on, [*S, B, *event of the context]; what depends on nothing does not look at it.</param>
    /// <exception cref="ArgumentException">The context is missing, or its shape does not fit.</exception>
    public abstract Distribution Given(Tensor? context = null);
}
