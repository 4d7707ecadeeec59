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

    /// <summary>The kept entries of events [*, …], as a conditioner sees them.</summary>
    internal Tensor KeptOf(Tensor value) => Pattern == CouplingPattern.Checkerboard ? value.MaskedFill(KeptPlaces(value).LogicalNot(), 0) : Part(value, kept);

    /// <summary>The entries of events [*, …] that are transformed; of a checkerboard, all.</summary>
    internal Tensor TransformedOf(Tensor value) => Pattern == CouplingPattern.Checkerboard ? value : Part(value, transformed);

    /// <summary>Events of entries that were kept and others that have been mapped, and the log-slopes of the latter, summed.</summary>
    /// <param name="value">The events before, [*S, …].</param>
    /// <param name="mapped">What <see cref="TransformedOf"/> gave, mapped, [*S or broadcast, …].</param>
    /// <param name="logSlopes">Of the shape of <paramref name="mapped"/>.</param>
    internal (Tensor Value, Tensor LogDet) Join(Tensor value, Tensor mapped, Tensor logSlopes)
    {
        if (Pattern == CouplingPattern.Checkerboard)
        {
            var isKept = KeptPlaces(value);
            return (Tensor.Where(isKept, value, mapped), Sum(logSlopes.MaskedFill(isKept, 0)));
        }
        var axis = -EventShape.Rank;
        var before = Part(value, kept).Expand([.. mapped.Shape[..^EventShape.Rank], .. Kept]);
        if (Pattern == CouplingPattern.Halves) return (Tensor.Cat(IsFlipped ? [mapped, before] : [before, mapped], axis), Sum(logSlopes));
        var order = new long[kept.Length + transformed.Length]; // of each position, its place among the kept ones and then the others
        for (var i = 0; i < kept.Length; i++) order[kept[i]] = i;
        for (var i = 0; i < transformed.Length; i++) order[transformed[i]] = kept.Length + i;
        return (Part(Tensor.Cat([before, mapped], axis), order), Sum(logSlopes));
    }

    private Tensor Part(Tensor value, long[] positions) => Pattern == CouplingPattern.Halves
        ? value.Narrow(-EventShape.Rank, positions[0], positions.Length)
        : value.IndexSelect(-EventShape.Rank, Tensor.From(positions).To(value.Device));

    private Tensor Sum(Tensor logSlopes) => Distributions.Independent.Sum(logSlopes, EventShape.Rank);

    /// <summary>Which places of the board are kept, [H, W].</summary>
    private Tensor KeptPlaces(Tensor like)
    {
        var (height, width) = (EventShape[1], EventShape[2]);
        var places = new bool[height * width];
        for (var i = 0; i < places.Length; i++) places[i] = (i / width + i % width) % 2 == 0 != IsFlipped;
        return Tensor.From(places, height, width).To(like.Device);
    }
}
