using Latent.Torch;

namespace Latent.Transforms;

/// <summary>The same numbers, row-major, as an event of another shape; log|det| = 0.</summary>
public sealed class Reshape : Transform
{
    private readonly Shape from;
    private readonly Shape to;

    /// <summary>Events z of shape <paramref name="from"/> become events x of shape <paramref name="to"/>: <c>([784], [1, 28, 28])</c>.</summary>
    /// <exception cref="ArgumentException">The shapes have not equally many elements.</exception>
    public Reshape(ReadOnlySpan<long> from, ReadOnlySpan<long> to) : base(from.Length, forwardRank: to.Length)
    {
        (this.from, this.to) = (new Shape(from), new Shape(to));
        if (this.from.Elements != this.to.Elements)
            throw new ArgumentException($"Events {this.from} of {this.from.Elements} numbers do not fill events {this.to} of {this.to.Elements}.", nameof(to));
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z) => (z.Reshape([.. z.Shape[..^from.Rank], .. to]), ZeroLogDet(z, from.Rank));

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x) => (x.Reshape([.. x.Shape[..^to.Rank], .. from]), ZeroLogDet(x, to.Rank));

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape == from
        ? to
        : throw new ArgumentException($"Reshape maps events z of shape {from}, not {eventShape}. Build it for the shape that z has.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => eventShape == to
        ? from
        : throw new ArgumentException($"Reshape gives events x of shape {to}, not {eventShape}. Build it for the shape that x has.", nameof(eventShape));
}
