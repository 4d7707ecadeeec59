using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>The same distribution whatever the context, such as a prior N(0, I).</summary>
/// <param name="distribution">Makes it, anew each time: its tensors live in the caller's scope.</param>
public sealed class Unconditional(Func<Distribution> distribution) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) => distribution();

    /// <summary>Independent standard logistic variables, in the element type and on the device of the parameters around them.</summary>
    public static Unconditional StandardLogistic(Init init, Shape eventShape)
    {
        var (type, device) = (init.ElementType, init.Device);
        foreach (var size in eventShape) Arguments.Positive(size, nameof(eventShape));
        return new(() => new Independent(new Logistic(Tensor.Zeros(eventShape, dtype: type, device: device), Tensor.Ones(eventShape, dtype: type, device: device)), eventShape.Rank));
    }

    /// <summary>N(0, I) of events of a shape, in the element type and on the device of the parameters around it.</summary>
    public static Unconditional StandardNormal(Init init, Shape eventShape)
    {
        var (type, device) = (init.ElementType, init.Device);
        foreach (var size in eventShape) Arguments.Positive(size, nameof(eventShape));
        return new(() => eventShape is [var dimensions]
            ? DiagonalNormal.Standard(dimensions, type, device)
            : new Independent(new Normal(Tensor.Zeros(eventShape, dtype: type, device: device), Tensor.Ones(eventShape, dtype: type, device: device)), eventShape.Rank));
    }
}
