using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// A differentiable map x = f(z) and its inverse, each with the logarithm of how it stretches volumes: a light value, made
/// anew where its parameters depend on a context. Forward is the generative direction, from noise z to data x.
/// </summary>
/// <remarks>
/// <para>Source: Papamakarios et al., Normalizing flows for probabilistic modeling and inference (2021), section 2.</para>
/// <para>Shapes: an event z has <see cref="EventRank"/> axes, an event x <see cref="ForwardRank"/>; all axes before them are
/// batch axes, over which the parameters, [*<see cref="BatchShape"/>, …], broadcast. Wherever events with more axes are taken,
/// as in <see cref="Then"/> and <see cref="Transformed"/>, the transform acts along the further ones entry by entry, and its
/// log-determinants are summed over them.</para>
/// <para>LogDet is always log|det| of the direction just computed, over the axes of one event: [*batch]. So
/// f⁻¹'s at x = f(z) is minus f's at z.</para>
/// <para>Domain: what lies outside a transform's domain or image is mapped like some point inside, with LogDet −∞, as no volume
/// comes from there, and gradient 0. A NaN stays one.</para>
/// <para>Authors state the ranks, the shapes that events may have, and write two cores. What has no inverse says so to this
/// constructor and throws <see cref="InverseNotAvailableException"/> from the second.</para>
/// </remarks>
public abstract class Transform
{
    /// <summary>The ranks and the batch shape of a transform.</summary>
    /// <param name="eventRank">Axes of one event z; 0 for numbers.</param>
    /// <param name="batchShape">Batch axes of the parameters: one map each.</param>
    /// <param name="forwardRank">Axes of one event x, if not as many.</param>
    /// <param name="hasInverse">Whether z can be computed from x.</param>
    protected Transform(int eventRank, ReadOnlySpan<long> batchShape = default, int? forwardRank = null, bool hasInverse = true) =>
        (EventRank, BatchShape, ForwardRank, HasInverse) = (eventRank, new Shape(batchShape), forwardRank ?? eventRank, hasInverse);

    /// <summary>Axes of one event z; 0 where each number is mapped by itself.</summary>
    public int EventRank { get; }

    /// <summary>Axes of one event x.</summary>
    public int ForwardRank { get; }

    /// <summary>The batch axes of the parameters; none where one map serves all.</summary>
    public Shape BatchShape { get; }

    /// <summary>Whether z can be computed from x.</summary>
    public bool HasInverse { get; }

    /// <summary>The inverse as a transform: its forward is this one's inverse.</summary>
    public Transform Inverted => this is InverseTransform inverse ? inverse.Inner : new InverseTransform(this);

    /// <summary>x = f(z) and log|det ∂x/∂z|.</summary>
    /// <param name="z">[*batch, *event].</param>
    /// <returns>X [*batch, *event of x], LogDet [*batch].</returns>
    /// <exception cref="ArgumentException">The shape of <paramref name="z"/> does not fit.</exception>
    public (Tensor X, Tensor LogDet) ForwardWithLogDet(Tensor z)
    {
        ForwardShapeCore(EventOf(z, EventRank, nameof(z)));
        return ForwardWithLogDetCore(z);
    }

    /// <summary>z = f⁻¹(x) and log|det ∂z/∂x|.</summary>
    /// <param name="x">[*batch, *event].</param>
    /// <returns>Z [*batch, *event of z], LogDet [*batch].</returns>
    /// <exception cref="ArgumentException">The shape of <paramref name="x"/> does not fit.</exception>
    /// <exception cref="InverseNotAvailableException"><see cref="HasInverse"/> is false.</exception>
    public (Tensor Z, Tensor LogDet) InverseWithLogDet(Tensor x)
    {
        if (!HasInverse) throw new InverseNotAvailableException(this);
        InverseShapeCore(EventOf(x, ForwardRank, nameof(x)));
        return InverseWithLogDetCore(x);
    }

    /// <summary>x = f(z).</summary>
    /// <inheritdoc cref="ForwardWithLogDet"/>
    /// <returns>[*batch, *event of x].</returns>
    public Tensor Forward(Tensor z) => ForwardWithLogDet(z).X;

    /// <summary>z = f⁻¹(x).</summary>
    /// <inheritdoc cref="InverseWithLogDet"/>
    /// <returns>[*batch, *event of z].</returns>
    public Tensor Inverse(Tensor x) => InverseWithLogDet(x).Z;

    /// <summary>The composition: first this transform, then the next, x = g(f(z)).</summary>
    /// <param name="next">g, of events x with any number of axes.</param>
    public Transform Then(Transform next) => new Chain([.. Parts, .. next.Parts]);

    /// <summary>The shape of an event x whose z has this shape.</summary>
    /// <param name="eventShape">The last axes of z, at least <see cref="EventRank"/>.</param>
    /// <exception cref="ArgumentException">The transform takes no such events.</exception>
    public Shape ForwardShape(Shape eventShape) => [.. Further(eventShape, EventRank), .. ForwardShapeCore(eventShape[^EventRank..])];

    /// <summary>The shape of an event z whose x has this shape.</summary>
    /// <param name="eventShape">The last axes of x, at least <see cref="ForwardRank"/>.</param>
    /// <exception cref="ArgumentException">The transform gives no such events.</exception>
    public Shape InverseShape(Shape eventShape) => [.. Further(eventShape, ForwardRank), .. InverseShapeCore(eventShape[^ForwardRank..])];

    /// <summary>x = f(z) and log|det ∂x/∂z| for z [*batch, *event] whose event <see cref="ForwardShapeCore"/> accepted.</summary>
    protected abstract (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z);

    /// <summary>z = f⁻¹(x) and log|det ∂z/∂x| for x [*batch, *event] whose event <see cref="InverseShapeCore"/> accepted.</summary>
    protected abstract (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x);

    /// <summary>The shape of an event x whose z has this shape, of <see cref="EventRank"/> axes.</summary>
    /// <exception cref="ArgumentException">The transform takes no such events.</exception>
    protected abstract Shape ForwardShapeCore(Shape eventShape);

    /// <summary>The shape of an event z whose x has this shape, of <see cref="ForwardRank"/> axes.</summary>
    /// <exception cref="ArgumentException">The transform gives no such events.</exception>
    protected abstract Shape InverseShapeCore(Shape eventShape);

    /// <summary>The LogDet of a map that keeps volumes: 0 for each event.</summary>
    /// <param name="value">[*batch, *event].</param>
    /// <param name="eventRank">How many axes an event has.</param>
    protected static Tensor ZeroLogDet(Tensor value, int eventRank) => Tensor.Zeros(value.Shape[..^eventRank], dtype: value.ElementType, device: value.Device);

    /// <summary>The batch shape that is left where further axes belong to the event.</summary>
    internal Shape BatchShapeBefore(int furtherAxes) => BatchShape[..^Math.Min(furtherAxes, BatchShape.Rank)];

    private ReadOnlySpan<Transform> Parts => this is Chain chain ? chain.Parts : new[] { this };

    /// <summary>The axes of an event before those that the transform sees as one.</summary>
    private Shape Further(Shape eventShape, int eventRank)
    {
        if (eventShape.Rank < eventRank)
            throw new ArgumentException($"{GetType().Name} maps events of at least {eventRank} axes, not {eventShape}. Take batch axes into the event (Independent), or reshape.", nameof(eventShape));
        Shape further = eventShape[..^eventRank];
        for (var i = 1; i <= Math.Min(further.Rank, BatchShape.Rank); i++)
        {
            if (BatchShape[^i] != 1 && BatchShape[^i] != further[^i])
                throw new ArgumentException($"{GetType().Name} has parameters for axes {BatchShape}, which do not broadcast to those of an event {eventShape}. Give it parameters of the event's size.", nameof(eventShape));
        }
        return further;
    }

    private Shape EventOf(Tensor value, int eventRank, string name)
    {
        var shape = value.Shape;
        var fits = shape.Rank >= eventRank;
        for (var i = 1; fits && i <= Math.Min(shape.Rank - eventRank, BatchShape.Rank); i++)
        {
            var (given, own) = (shape[^(i + eventRank)], BatchShape[^i]);
            fits = given == own || given == 1 || own == 1;
        }
        return fits
            ? shape[^eventRank..]
            : throw new ArgumentException($"{GetType().Name} has batch shape {BatchShape} and maps events of {eventRank} axes, so {name} must be [*, {string.Join(", ", [.. BatchShape.AsSpan().ToArray().Select(n => $"{n}"), .. Enumerable.Repeat("·", eventRank)])}], not {shape}. The axes of events stand last; sizes of batch axes are equal or 1.", name);
    }
}
