using Latent.Torch;

namespace Latent.Transforms;

/// <summary>The entries of an event that a <see cref="Coupling"/> keeps, and those that it transforms.</summary>
/// <remarks>
/// <para>Source: Dinh et al., Density estimation using Real NVP (2017), section 3.4 and figure 3.</para>
/// <para>Shapes: a pattern along the first axis of events [n, …] leaves kept entries [k, …] and transformed ones [n − k, …]; the
/// checkerboard leaves both in their places in [C, H, W], with 0 where the other ones are.</para>
/// </remarks>
public sealed class CouplingMask
{
    private readonly long[] kept; // positions along the first axis
    private readonly long[] transformed;

    /// <summary>A pattern over events of a shape.</summary>
    /// <param name="eventShape">[n, …] with n ≥ 2; for the checkerboard [C, H, W] with two places or more.</param>
    /// <param name="pattern">Which entries are kept.</param>
    /// <param name="isFlipped">Whether to keep those that else would be transformed: couplings take turns.</param>
    /// <exception cref="ArgumentException">The pattern does not go with events of this shape.</exception>
    public CouplingMask(Shape eventShape, CouplingPattern pattern, bool isFlipped = false)
    {
        (EventShape, Pattern, IsFlipped) = (eventShape, pattern, isFlipped);
        if (pattern == CouplingPattern.Checkerboard)
        {
            if (eventShape is not [_, var height, var width] || height * width < 2)
                throw new ArgumentException($"A checkerboard lies over images [C, H, W] of two places or more, not events {eventShape}. Take halves, or alternate.", nameof(eventShape));
            (kept, transformed) = ([], []);
            return;
        }
        if (eventShape is not [>= 2, ..])
            throw new ArgumentException($"A coupling splits events [n, …] with n of at least 2, not {eventShape}. Squeeze images, or transform single numbers by themselves.", nameof(eventShape));
        var all = Enumerable.Range(0, checked((int)eventShape[0])).Select(i => (long)i).ToLookup(i => (pattern == CouplingPattern.Halves ? i < eventShape[0] / 2 : i % 2 == 0) != isFlipped);
        (kept, transformed) = ([.. all[true]], [.. all[false]]);
    }

    /// <summary>The events' shape.</summary>
    public Shape EventShape { get; }

    /// <summary>Which entries are kept.</summary>
    public CouplingPattern Pattern { get; }

    /// <summary>Whether the pattern's other entries are kept.</summary>
    public bool IsFlipped { get; }

    /// <summary>The shape in which a conditioner sees the kept entries.</summary>
    public Shape Kept => Pattern == CouplingPattern.Checkerboard ? EventShape : [kept.Length, .. EventShape[1..]];

    /// <summary>The shape in which entries are transformed.</summary>
    public Shape Transformed => Pattern == CouplingPattern.Checkerboard ? EventShape : [transformed.Length, .. EventShape[1..]];

    /// <summary>Where the transformed entries begin, if they stand together: those of <see cref="CouplingPattern.Halves"/>.</summary>
    internal long? First => Pattern == CouplingPattern.Halves ? transformed[0] : null;

    /// <summary>The kept and the transformed entries of events [*, …].</summary>
    internal (Tensor Kept, Tensor Transformed) Split(Tensor value) => Pattern switch
    {
        CouplingPattern.Checkerboard => (value * Places(value), value),
        CouplingPattern.Halves => (value.Narrow(-EventShape.Rank, kept[0], kept.Length), value.Narrow(-EventShape.Rank, transformed[0], transformed.Length)),
        _ => (value.IndexSelect(-EventShape.Rank, Tensor.From(kept).To(value.Device)), value.IndexSelect(-EventShape.Rank, Tensor.From(transformed).To(value.Device))),
    };

    /// <summary>Events of entries that were kept and others that have been mapped, and the log-slopes of the latter, summed.</summary>
    /// <param name="value">The events before, [*S, …].</param>
    /// <param name="keptPart">The kept entries, [*S, …].</param>
    /// <param name="mapped">The others, [*S or broadcast, …].</param>
    /// <param name="logSlopes">Of the shape of <paramref name="mapped"/>.</param>
    internal (Tensor Value, Tensor LogDet) Join(Tensor value, Tensor keptPart, Tensor mapped, Tensor logSlopes)
    {
        var axis = -EventShape.Rank;
        if (Pattern == CouplingPattern.Checkerboard)
        {
            var isKept = Places(value) > 0;
            return (Tensor.Where(isKept, value, mapped), Sum(logSlopes.MaskedFill(isKept, 0)));
        }
        var before = keptPart.Expand([.. mapped.Shape[..^EventShape.Rank], .. Kept]);
        var joined = Tensor.Cat(IsFlipped && Pattern == CouplingPattern.Halves ? [mapped, before] : [before, mapped], axis);
        if (Pattern == CouplingPattern.Halves) return (joined, Sum(logSlopes));
        var order = new long[kept.Length + transformed.Length];
        for (var i = 0; i < kept.Length; i++) order[kept[i]] = i;
        for (var i = 0; i < transformed.Length; i++) order[transformed[i]] = kept.Length + i;
        return (joined.IndexSelect(axis, Tensor.From(order).To(value.Device)), Sum(logSlopes));
    }

    private Tensor Sum(Tensor logSlopes) => Distributions.Independent.Sum(logSlopes, EventShape.Rank);

    /// <summary>1 at the places of the board that are kept, [H, W].</summary>
    private Tensor Places(Tensor like)
    {
        var (height, width) = (EventShape[1], EventShape[2]);
        var places = new float[height * width];
        for (var i = 0; i < places.Length; i++) places[i] = (i / width + i % width) % 2 == 0 != IsFlipped ? 1 : 0;
        return Tensor.From(places, height, width).To(like.ElementType).To(like.Device);
    }
}
