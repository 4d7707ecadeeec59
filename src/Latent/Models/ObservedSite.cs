using Latent.Distributions;
using Latent.Torch;

namespace Latent.Models;

/// <summary>An observed variable of a trace.</summary>
/// <remarks>Shapes: K particles, B examples; log-probabilities are [K, B]. Units: nats.</remarks>
public sealed class ObservedSite
{
    private Tensor? logLikelihood;

    internal ObservedSite(string name, Distribution likelihood, Tensor value) => (Name, Likelihood, Value) = (name, likelihood, value);

    /// <summary>The site's name, unique in the model.</summary>
    public string Name { get; }

    /// <summary>p(x|z).</summary>
    public Distribution Likelihood { get; }

    /// <summary>x, [1, B, *event], the same for all particles; [K, B, *event] if it was drawn.</summary>
    public Tensor Value { get; }

    /// <summary>log p(x|z), [K, B].</summary>
    public Tensor LogLikelihood => logLikelihood ??= Likelihood.LogProb(Value);
}
