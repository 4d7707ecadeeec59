using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A matrix that mixes coordinates, or at each pixel the channels (an invertible 1×1 convolution): z = W x, hence x = W⁻¹ z and
/// log|det ∂x/∂z| = −P log|det W|, P pixels.
/// </summary>
/// <remarks>
/// <para>Source: Kingma and Dhariwal, Glow (2018), section 3.2. W stands on the side from data to noise, as there, since that is the
/// direction of training.</para>
/// <para>Shapes: events are [D] or [D, *pixels], such as [C, H, W].</para>
/// <para>Domain: all reals.</para>
/// </remarks>
public sealed class LinearMap : Transform
{
    private readonly InvertibleMatrix matrix;

    /// <summary>W = <paramref name="matrix"/>.</summary>
    /// <param name="matrix">From data to noise.</param>
    /// <param name="eventRank">Axes of an event, the first of which is mixed: 1 for vectors, 3 for pictures.</param>
    /// <exception cref="ArgumentOutOfRangeException">An event has no axis.</exception>
    public LinearMap(InvertibleMatrix matrix, int eventRank = 1) : base((int)Arguments.Positive(eventRank, nameof(eventRank)), matrix.BatchShape) => this.matrix = matrix;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => (OnColumns(matrix.Solve, z), -LogDet(z));

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => (OnColumns(matrix.Times, x), LogDet(x));

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape[0] == matrix.Size
        ? eventShape
        : throw new ArgumentException($"LinearMap mixes D = {matrix.Size} coordinates or channels of an event, not {eventShape}. Give it a matrix of the event's size.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => ForwardShapeCore(eventShape);

    private Tensor LogDet(Tensor value)
    {
        Shape events = value.Shape[^EventRank..];
        return (matrix.LogAbsDet * ((double)events.Elements / events[0])).Expand(Broadcast.Shapes(value.Shape[..^EventRank], BatchShape));
    }

    private Tensor OnColumns(Func<Tensor, Tensor> map, Tensor value)
    {
        if (EventRank > 1) return map(value.Flatten(1 - EventRank)).Unflatten(-1, value.Shape[^(EventRank - 1)..]);
        // One matrix for all: all vectors are the columns of one.
        if (BatchShape.Rank == 0) return map(value.Reshape([-1, matrix.Size]).T()).T().Reshape(value.Shape);
        return map(value.Unsqueeze(-1)).Squeeze(-1);
    }
}
