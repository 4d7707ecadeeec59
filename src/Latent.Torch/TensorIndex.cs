namespace Latent.Torch;

/// <summary>One entry between a tensor's brackets: a position, a range, a tensor of positions or truth values, the ellipsis, or a new axis.</summary>
public readonly struct TensorIndex
{
    internal enum Kind { Position, Range, Tensor, Ellipsis, NewAxis }

    internal Kind What { get; private init; }
    internal Index Position { get; private init; }
    internal Range Span { get; private init; }
    internal long Step { get; private init; }
    internal Tensor? Picks { get; private init; }

    internal int AxesTaken => What switch
    {
        Kind.Ellipsis or Kind.NewAxis => 0,
        Kind.Tensor when Picks!.ElementType == ElementType.Bool => Picks.Rank,
        _ => 1,
    };

    /// <summary>As many whole axes as are not named otherwise.</summary>
    public static TensorIndex Ellipsis => new() { What = Kind.Ellipsis };

    /// <summary>A new axis of size 1.</summary>
    public static TensorIndex NewAxis => new() { What = Kind.NewAxis };

    /// <summary>Every <paramref name="step"/>-th position of a range.</summary>
    public static TensorIndex Every(Range range, long step) => new() { What = Kind.Range, Span = range, Step = step };

    /// <summary>One position; negative ones count from the end.</summary>
    public static implicit operator TensorIndex(int position) => position < 0 ? Index.FromEnd(-position) : Index.FromStart(position);

    /// <summary>One position, from either end.</summary>
    public static implicit operator TensorIndex(Index position) => new() { What = Kind.Position, Position = position };

    /// <summary>A range of positions: a view, not a copy.</summary>
    public static implicit operator TensorIndex(Range range) => Every(range, 1);

    /// <summary>Positions (integers) or a mask (truth values): a copy.</summary>
    public static implicit operator TensorIndex(Tensor picks) => new() { What = Kind.Tensor, Picks = picks };
}
