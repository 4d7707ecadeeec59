using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>A distribution with free parameters of its own, trained like any others and the same whatever the context: p(y) = head(θ).</summary>
/// <remarks>Shapes: parameter <c>raw</c> [outputs of the head]; the distribution has no batch axes.</remarks>
public sealed class Learned : Conditional
{
    private readonly Tensor raw;
    private readonly Head head;

    /// <summary>Takes the parameter from <paramref name="init"/>.</summary>
    /// <param name="init">Where the parameter goes.</param>
    /// <param name="head">What it means.</param>
    /// <param name="initializer">Its first values; zeros if null.</param>
    public Learned(Init init, Head head, Initializer? initializer = null)
    {
        this.head = head;
        raw = init.Parameter("raw", [head.Outputs], initializer ?? Initializers.Zeros);
    }

    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) => head.Of(raw);
}
