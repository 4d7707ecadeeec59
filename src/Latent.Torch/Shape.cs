using System.Runtime.CompilerServices;

namespace Latent.Torch;

/// <summary>The sizes of a tensor, one per axis; a scalar has none. Works with list patterns: <c>x.Shape is [var b, 784]</c>.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly long[]? sizes;

    /// <summary>A shape of these sizes.</summary>
    public Shape(ReadOnlySpan<long> sizes) => this.sizes = sizes.ToArray();

    /// <summary>A shape of these sizes, for collection expressions.</summary>
    public static Shape Create(ReadOnlySpan<long> sizes) => new(sizes);

    /// <summary>How many axes there are.</summary>
    public int Rank => sizes?.Length ?? 0;

    /// <summary>How many axes there are: the same as <see cref="Rank"/>, under the name that list patterns need.</summary>
    public int Length => Rank;

    /// <summary>The size of an axis; <c>^1</c> is the last.</summary>
    public long this[int axis] => AsSpan()[axis];

    /// <summary>The shape of a range of axes.</summary>
    public Shape Slice(int start, int length) => new(AsSpan().Slice(start, length));

    /// <summary>The product of the sizes; 1 for a scalar.</summary>
    public long Elements
    {
        get
        {
            long product = 1;
            foreach (var size in AsSpan()) product *= size;
            return product;
        }
    }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<long> AsSpan() => sizes;

    /// <summary>Enumerates the sizes.</summary>
    public ReadOnlySpan<long>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>The sizes of a shape, to pass where an operator takes a list.</summary>
    public static implicit operator ReadOnlySpan<long>(Shape shape) => shape.AsSpan();

    /// <inheritdoc/>
    public bool Equals(Shape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var size in AsSpan()) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>The sizes in brackets: <c>[128, 784]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", AsSpan().ToArray())}]";
}
