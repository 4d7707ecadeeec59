using Latent.Torch.Kernels;

namespace Latent.Torch;

/// <summary>M of a layer y = f(x (W ∘ M)ᵀ + b): which inputs each output sees.</summary>
/// <remarks>Zeros must stay where they are: products leave them out. It gets no gradient.</remarks>
/// <param name="values">M, [outputs, inputs], of zeros and ones.</param>
public sealed class WeightMask(Tensor values)
{
    private MaskExtents? extents;

    /// <summary>M.</summary>
    public Tensor Values => values;

    /// <summary>Where the ones lie; null if nearly everywhere.</summary>
    internal MaskExtents? Extents
    {
        get
        {
            extents ??= Find();
            return extents.Saves ? extents : null;
        }
    }

    private MaskExtents Find()
    {
        using var scope = TensorScope.Open();
        return new(checked((int)values.Size(0)), checked((int)values.Size(1)), values.To(ElementType.Bool).ToArray<bool>());
    }
}
