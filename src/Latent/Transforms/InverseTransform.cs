using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A transform with its directions swapped.</summary>
internal sealed class InverseTransform(Transform inner) : Transform(inner.ForwardRank, inner.BatchShape, inner.EventRank)
{
    public Transform Inner { get; } = inner;

    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => Inner.InverseWithLogDet(z);

    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => Inner.ForwardWithLogDet(x);

    protected override Shape ForwardShapeCore(Shape eventShape) => Inner.InverseShape(eventShape);

    protected override Shape InverseShapeCore(Shape eventShape) => Inner.ForwardShape(eventShape);
}
