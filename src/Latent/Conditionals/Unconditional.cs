using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>The same distribution whatever the context, such as a prior N(0, I).</summary>
/// <param name="distribution">Makes it, anew each time: its tensors live in the caller's scope.</param>
public sealed class Unconditional(Func<Distribution> distribution) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) => distribution();

    /// <summary>N(0, I), in the element type and on the device of the parameters around it.</summary>
    public static Unconditional StandardNormal(Init init, long dimensions)
    {
        var (type, device) = (init.ElementType, init.Device);
        Arguments.Positive(dimensions);
        return new(() => DiagonalNormal.Standard(dimensions, type, device));
    }
}
