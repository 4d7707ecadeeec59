namespace Latent.Torch;

public sealed partial class Tensor
{
    /// <summary>Part of the tensor: <c>x[0]</c>, <c>x[.., 1..3]</c>, <c>x[^1]</c>, <c>x[TensorIndex.Ellipsis, 0]</c>, <c>x[mask]</c>, <c>x[rows]</c>. Positions and ranges give views; tensors of positions give copies.</summary>
    /// <exception cref="IndexOutOfRangeException">A position lies outside its axis, or there are more indices than axes.</exception>
    [System.Runtime.CompilerServices.IndexerName("Part")] // Item is the method that reads a scalar
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            var named = 0;
            foreach (var index in indices) named += index.AxesTaken;
            if (named > Rank) throw new IndexOutOfRangeException($"{named} axes are indexed in a tensor of {Rank} ({Summary}).");
            var result = this;
            var (axis, own) = (0, 0); // in the result so far, and in this tensor
            var picks = new List<Tensor?>(); // one entry per axis so far; a mask takes several axes and one entry
            foreach (var index in indices)
            {
                switch (index.What)
                {
                    case TensorIndex.Kind.Position:
                        result = result.Select(axis, Offset(index.Position, own++));
                        break;
                    case TensorIndex.Kind.Range:
                        var size = checked((int)result.Size(axis));
                        var (from, to) = (Clamp(index.Span.Start, size), Clamp(index.Span.End, size));
                        if (!(from == 0 && to == size && index.Step == 1)) result = result.Slice(axis, from, Math.Max(from, to), index.Step);
                        picks.Add(null);
                        axis++;
                        own++;
                        break;
                    case TensorIndex.Kind.Tensor:
                        picks.Add(index.Picks);
                        axis += index.AxesTaken;
                        own += index.AxesTaken;
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        for (var i = 0; i < Rank - named; i++) picks.Add(null);
                        axis += Rank - named;
                        own += Rank - named;
                        break;
                    case TensorIndex.Kind.NewAxis:
                        result = result.Unsqueeze(axis++);
                        picks.Add(null);
                        break;
                }
            }
            return picks.TrueForAll(p => p is null) ? result : result.Index(picks.ToArray());
        }
    }

    private long Offset(Index position, int axis)
    {
        var size = Size(axis);
        var offset = position.IsFromEnd ? size - position.Value : position.Value;
        if (offset < 0 || offset >= size) throw new IndexOutOfRangeException($"Position {position} lies outside axis {axis} of size {size} ({Summary}).");
        return offset;
    }

    private static long Clamp(Index bound, int size) => Math.Clamp(bound.IsFromEnd ? size - bound.Value : bound.Value, 0, size);
}
