using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A transform of each number by itself: log|det| of a number's map is log|dx/dz|, of the shape of z.</summary>
public abstract class ElementwiseTransform : Transform
{
    /// <summary>A transform whose parameters have a batch shape, to which numbers broadcast.</summary>
    protected ElementwiseTransform(ReadOnlySpan<long> batchShape = default) : base(0, batchShape)
    {
    }

    /// <inheritdoc/>
    protected sealed override Shape ForwardShapeCore(Shape eventShape) => eventShape;

    /// <inheritdoc/>
    protected sealed override Shape InverseShapeCore(Shape eventShape) => eventShape;
}
