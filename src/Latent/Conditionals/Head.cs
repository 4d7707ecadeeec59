using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>Turns the raw output of a network into a distribution. <see cref="Heads"/> has the usual ones.</summary>
public sealed class Head
{
    private readonly Func<Tensor, Distribution> distribution;

    /// <summary>A head for networks with this many outputs.</summary>
    /// <param name="outputs">How many numbers describe one distribution.</param>
    /// <param name="distribution">Makes it of them: [*, outputs] → batch shape [*].</param>
    public Head(long outputs, Func<Tensor, Distribution> distribution) => (Outputs, this.distribution) = (Arguments.Positive(outputs), distribution);

    /// <summary>How many outputs a network must have for it.</summary>
    public long Outputs { get; }

    /// <summary>The distribution that raw numbers [*, outputs] describe.</summary>
    /// <exception cref="ArgumentException">The last axis has another size.</exception>
    public Distribution Of(Tensor raw) => raw.Shape is [.., var outputs] && outputs == Outputs
        ? distribution(raw)
        : throw Arguments.Misshapen(raw, $"[*, outputs = {Outputs}]", "Give the network as many outputs as its head needs (Head.Outputs), flattened into the last axis.");
}
