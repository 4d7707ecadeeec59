using Latent.Torch;

namespace Latent.Transforms;

/// <summary>A matrix whose entries are the parameters; its determinant costs D³ steps.</summary>
/// <remarks>Domain: invertible matrices, which the parameters must not leave: where W is near to singular, log|det W| holds training back.</remarks>
/// <param name="weight">W, [*batch, D, D].</param>
public sealed class PlainMatrix(Tensor weight) : InvertibleMatrix(weight.Shape)
{
    /// <inheritdoc/>
    public override Tensor LogAbsDet => weight.SLogDet().LogAbsDet;

    /// <inheritdoc/>
    public override Tensor Times(Tensor columns) => weight.MatMul(columns);

    /// <inheritdoc/>
    public override Tensor Solve(Tensor columns) => weight.LinalgInv().MatMul(columns);
}
