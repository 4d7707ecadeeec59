using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// The batches of a data set as a pure function of the step: any step can be asked for, in any order and by any thread, so that
/// a run resumes without a state to restore, and replicas share a batch without talking to each other.
/// </summary>
/// <remarks>
/// <para>Random numbers: epoch e goes through the set in the order <c>rng.Fork("order", e).Permutation</c>; dynamic binarization
/// draws example i from <c>rng.Fork("binarize", e).Row(i)</c>, whatever the batch and the replica it falls into.</para>
/// <para>Values: as Float32 or Float64, values with L levels become v / (L − 1) in [0, 1], and 0 or 1 when binarized; as UInt8
/// they stay levels. Reals stay reals.</para>
/// </remarks>
public sealed class Batches
{
    private readonly Rng rng;
    private readonly bool shuffled;
    private readonly ElementType type;
    private readonly Device device;
    private (long Epoch, long[] Order)? current;
    private readonly Lock guard = new();

    private Batches(Dataset data, long size, Rng rng, bool shuffled, ElementType type, Device device)
    {
        if (data.Count == 0) throw new ArgumentException($"{data.Name} has no examples.", nameof(data));
        if (type is not (ElementType.Float32 or ElementType.Float64 or ElementType.UInt8) || type == ElementType.UInt8 && data.Levels is null)
            throw new ArgumentException($"{data.Name} cannot be given as {type}: take Float32 or Float64{(data.Levels is null ? "" : ", or UInt8 for the levels themselves")}.", nameof(type));
        Data = data;
        Size = Arguments.Positive(size);
        PerEpoch = shuffled ? data.Count / size : (data.Count + size - 1) / size;
        if (PerEpoch == 0) throw new ArgumentOutOfRangeException(nameof(size), size, $"{data.Name} has {data.Count} examples, too few for one batch: take a size of at most {data.Count}.");
        this.rng = rng;
        this.shuffled = shuffled;
        this.type = type;
        this.device = device;
    }

    /// <summary>
    /// For training: a new order in each epoch, all batches of one size. The examples that do not fill a batch wait: the next
    /// epoch's order leaves out others.
    /// </summary>
    /// <param name="data">The examples.</param>
    /// <param name="size">B, at most their number.</param>
    /// <param name="rng">A stream for orders and binarization.</param>
    /// <param name="type">Float32, Float64, or UInt8 for the levels themselves.</param>
    /// <param name="device">Where the tensors lie.</param>
    /// <exception cref="ArgumentException">The size or the type does not go with the data.</exception>
    public static Batches Shuffled(Dataset data, long size, Rng rng, ElementType type = ElementType.Float32, Device device = default) => new(data, size, rng, shuffled: true, type, device);

    /// <summary>For evaluation: each example once per epoch, in the order of the set; the last batch may be smaller.</summary>
    /// <inheritdoc cref="Shuffled"/>
    public static Batches InOrder(Dataset data, long size, Rng rng, ElementType type = ElementType.Float32, Device device = default) => new(data, size, rng, shuffled: false, type, device);

    /// <summary>The examples.</summary>
    public Dataset Data { get; }

    /// <summary>B, the examples of a batch.</summary>
    public long Size { get; }

    /// <summary>The batches of an epoch.</summary>
    public long PerEpoch { get; }

    /// <summary>The batch of a step, or the share of it that falls to one of several replicas.</summary>
    /// <param name="step">0, 1, …; step s belongs to epoch ⌊s / <see cref="PerEpoch"/>⌋.</param>
    /// <param name="part">Which share.</param>
    /// <param name="parts">How many shares, at most the examples of the batch. Their sizes differ by at most one; one after the other they are the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or share.</exception>
    public Batch At(long step, int part = 0, int parts = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        var (epoch, position) = Math.DivRem(step, PerEpoch);
        var first = position * Size;
        var count = Math.Min(Size, Data.Count - first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, count);
        var (start, end) = (first + count * part / parts, first + count * (part + 1) / parts);
        var indices = new long[end - start];
        if (shuffled) Order(epoch).AsSpan((int)start, indices.Length).CopyTo(indices);
        else for (var i = 0; i < indices.Length; i++) indices[i] = start + i;
        return new(Values(indices, epoch).To(device), Labels(indices)?.To(device), Lengths(indices)?.To(device), indices, epoch);
    }

    private long[] Order(long epoch)
    {
        lock (guard)
        {
            if (current is { } known && known.Epoch == epoch) return known.Order;
            var order = new long[Data.Count];
            rng.Fork("order", epoch).Permutation(order);
            current = (epoch, order);
            return order;
        }
    }

    private Tensor Values(long[] indices, long epoch)
    {
        Shape shape = Data.IsSequence
            ? [indices.Length, indices.Max(i => Data.RowsOf(i).Count), .. Data.EventShape.AsSpan()]
            : [indices.Length, .. Data.EventShape.AsSpan()];
        if (type == ElementType.Float64) return Filled<float>(shape, indices, epoch).To(type);
        return type == ElementType.UInt8 ? Filled<byte>(shape, indices, epoch) : Filled<float>(shape, indices, epoch);
    }

    private Tensor Filled<T>(Shape shape, long[] indices, long epoch) where T : unmanaged
    {
        var tensor = Data.IsSequence ? Tensor.Zeros(shape, dtype: ElementTypes.Of<T>()) : Tensor.Uninitialized(shape, ElementTypes.Of<T>());
        var all = tensor.AsSpan<T>();
        var room = all.Length / indices.Length;
        var draws = rng.Fork("binarize", epoch);
        var drawing = Data is { Preprocessing.Binarization: Binarization.Dynamic, Levels: > 2 };
        var source = Data.Values.Bytes.Span;
        for (var i = 0; i < indices.Length; i++)
        {
            var (first, count) = Data.RowsOf(indices[i]);
            var bytes = source.Slice(checked((int)(first * Data.RowBytes)), (int)(count * Data.RowBytes));
            if (i + 1 < indices.Length) Fetch(source[checked((int)(Data.RowsOf(indices[i + 1]).First * Data.RowBytes))..]);
            var row = MemoryMarshal.AsBytes(all.Slice(i * room, room));
            var floats = MemoryMarshal.Cast<byte, float>(row);
            if (Data.Levels is not { } levels) bytes.CopyTo(row);
            else if (typeof(T) == typeof(byte))
            {
                if (drawing) LevelConversion.Draw(draws.Row(indices[i]), bytes, levels, row[..bytes.Length]);
                else bytes.CopyTo(row);
            }
            else if (drawing) LevelConversion.Draw(draws.Row(indices[i]), bytes, levels, floats[..bytes.Length]);
            else LevelConversion.ToFractions(bytes, levels, floats[..bytes.Length]);
        }
        return tensor;
    }

    /// <summary>Asks for the first lines of an example, which lies anywhere in a large set: the processor foresees the others.</summary>
    private static unsafe void Fetch(ReadOnlySpan<byte> bytes)
    {
        const int Lines = 16, LineBytes = 64;
        if (!Sse.IsSupported) return;
        fixed (byte* first = bytes)
            for (var line = 0; line < Lines && line * LineBytes < bytes.Length; line++) Sse.Prefetch0(first + line * LineBytes);
    }

    private Tensor? Labels(long[] indices) => Data.Labels is { } labels ? Tensor.From(Array.ConvertAll(indices, i => (long)labels[(int)i])) : null;

    private Tensor? Lengths(long[] indices) => Data.IsSequence ? Tensor.From(Array.ConvertAll(indices, i => Data.RowsOf(i).Count)) : null;
}
