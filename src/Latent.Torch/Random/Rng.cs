using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch;

/// <summary>
/// A stream of random numbers: a pure function from (stream, element index) to a variate, computed by Philox 4×32-10.
/// It holds no state that moves: the same call gives the same numbers, and what must be independent takes an own
/// stream through <see cref="Fork"/> or <see cref="Row"/>.
/// </summary>
/// <remarks>
/// <para>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</para>
/// <para>
/// Random access: element j of a fill depends on the stream, the kind of fill and j only. A fill of n elements at offset 0
/// equals, bit for bit, a fill of the first a at offset 0 and of the rest at offset a, in any order and on any threads.
/// </para>
/// <para>
/// Batches: key the numbers by example, not by position. <c>rng.Fork("z", step).Row(example).Normal(row)</c> gives an example
/// the same noise whatever the batch around it, the thread or the replica; particle k of width d starts at offset k·d of its row.
/// </para>
/// <para>
/// Numerics: every variate is made by correctly rounded operations only, so the numbers are the same on every processor,
/// whatever its vector width.
/// </para>
/// <para>
/// One stream, one use: two fills of the same stream share their bits (a uniform and a normal fill too), and are dependent.
/// </para>
/// </remarks>
public readonly partial record struct Rng
{
    // A stream is the byte sequence of its tiles in order. Tile t holds the blocks with counters (16 t + l, row), l = 0 … 15,
    // as words x0 of all blocks, then x1, x2, x3. Element j of a fill of s-byte elements comes from bytes s·j … s·j + s − 1.
    private const int TilesPerPass = 32;

    // Counters apart from those of the tiles: block numbers and rows stay below 2⁶³.
    private const ulong ExtraBits = 1ul << 63;
    private const ulong ForkTag = 1ul << 63;

    private readonly ulong row;
    private readonly ReadOnlyMemory<long> rows;   // the stream's rows along an axis of the tensors it draws; empty: none
    private readonly int axis;

    /// <summary>The stream of a seed. Different seeds, close ones too, give independent streams.</summary>
    /// <param name="seed">The Philox key.</param>
    public Rng(ulong seed) : this(seed, 0)
    {
    }

    private Rng(ulong key, ulong row, ReadOnlyMemory<long> rows = default, int axis = 0)
    {
        Key = key;
        this.row = row;
        this.rows = rows;
        this.axis = axis;
    }

    /// <summary>The Philox key; on a fork it can seed another generator, such as a device's.</summary>
    public ulong Key { get; }

    /// <summary>
    /// The independent stream called <paramref name="name"/> at <paramref name="step"/>. Order and number of forks do not matter.
    /// </summary>
    /// <param name="name">What the numbers are for; any string, compared by its UTF-16 code units.</param>
    /// <param name="step">Time step, epoch, layer, or whatever counts.</param>
    /// <remarks>
    /// The new key is a chained hash of (key, row, name, step): each link is the lower half of the Philox image, under the key
    /// so far, of a counter that no fill uses and that holds 64 bits of the message, at last the step and the name's length.
    /// Keys have 64 bits: among n streams of a run two coincide with probability about n² / 2⁶⁵ (a million: 3e-8).
    /// </remarks>
    public Rng Fork(string name, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = Link(Key, row, 0);
        for (var at = 0; at < name.Length; at += 4)
        {
            var word = 0ul;
            for (var i = Math.Min(at + 4, name.Length) - 1; i >= at; i--) word = word << 16 | name[i];
            key = Link(key, word, 1);
        }
        return new(Link(key, (ulong)step, 2 + (ulong)name.Length), 0, rows, axis);

        static ulong Link(ulong key, ulong message, ulong tag) => Philox.Block(message, ForkTag | tag, key).Low;
    }

    /// <summary>
    /// The independent stream of an example, or of whatever is numbered. Cheaper than <see cref="Fork"/>, and without its chance
    /// of coincidence: rows of one stream never share a counter. Row 0 is the stream itself.
    /// </summary>
    /// <param name="index">The example's index in its data set, at least 0. It replaces the row set before.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public Rng Row(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(Key, (ulong)index);
    }

    /// <summary>
    /// The same stream for tensors of a batch: along <paramref name="axis"/> entry b is drawn from <see cref="Row"/> of
    /// <paramref name="indices"/>[b], so that the numbers belong to the example, whatever batch, thread or machine it falls to.
    /// Forks keep the rows; fills of spans do not see them.
    /// </summary>
    /// <param name="indices">The examples' numbers in their data set.</param>
    /// <param name="axis">The axis of the tensors to be drawn that runs over the examples.</param>
    /// <remarks>On a GPU the device's generator draws, which knows no rows.</remarks>
    public Rng Rows(ReadOnlyMemory<long> indices, int axis = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(axis);
        return new(Key, row, indices, axis);
    }

    /// <summary>Fills with uniform random bits: element j takes the stream's bytes from j·sizeof(T) on.</summary>
    /// <inheritdoc cref="Uniform(Span{float}, long)"/>
    /// <typeparam name="T">An integer type.</typeparam>
    public void Bits<T>(Span<T> destination, long offset = 0)
        where T : unmanaged, IBinaryInteger<T> => Fill<T, Identity>(destination, offset);

    /// <summary>64 bits for element j beyond those of its fill, for the rare draws that these leave undecided.</summary>
    private ulong Extra(long j) => Philox.Block((ulong)j | ExtraBits, row, Key).Low;

    // Optimized from the first call, and not for the lengths of the first calls: short rows and long fills both matter.
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Fill<T, TTransform>(Span<T> destination, long offset)
        where T : unmanaged
        where TTransform : IWordTransform
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var perTile = Philox.TileBytes / sizeof(T);
        var tile = (ulong)(offset / perTile);
        var skipped = (int)(offset % perTile);
        var room = stackalloc byte[Philox.TileBytes + 63];
        var edge = new Span<T>((void*)((nuint)room + 63 & ~(nuint)63), perTile);   // aligned, as vectors are stored and loaded again
        while (!destination.IsEmpty)
        {
            int count;
            if (skipped == 0 && destination.Length >= perTile)
            {
                var tiles = Math.Min(destination.Length / perTile, TilesPerPass);
                count = tiles * perTile;
                FillTiles<TTransform>(tile, MemoryMarshal.AsBytes(destination[..count]));
                tile += (ulong)tiles;
            }
            else
            {
                count = Math.Min(destination.Length, perTile - skipped);
                FillTiles<TTransform>(tile++, MemoryMarshal.AsBytes(edge));
                edge.Slice(skipped, count).CopyTo(destination);
                skipped = 0;
            }
            destination = destination[count..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTiles<TTransform>(ulong tile, Span<byte> destination) where TTransform : IWordTransform
    {
        Philox.Tiles(tile, row, Key, destination);
        if (typeof(TTransform) == typeof(Identity)) return;
        ref var start = ref MemoryMarshal.GetReference(destination);
        for (nuint at = 0; at < (nuint)destination.Length; at += 2 * 64)
        {
            var first = Vector512.LoadUnsafe(ref start, at).AsUInt32();
            var second = Vector512.LoadUnsafe(ref start, at + 64).AsUInt32();
            TTransform.Apply(ref first, ref second);
            first.AsByte().StoreUnsafe(ref start, at);
            second.AsByte().StoreUnsafe(ref start, at + 64);
        }
    }

    private readonly struct Identity : IWordTransform
    {
        public static void Apply(ref Vector512<uint> first, ref Vector512<uint> second)
        {
        }
    }
}
