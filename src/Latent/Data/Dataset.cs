using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Examples in main memory, one after the other: bytes for values with levels (pictures, binary data), floats for reals.
/// </summary>
/// <remarks>
/// <para>Shapes: <see cref="Values"/> [N, *E] for events of shape E, such as [C, H, W] or [D]. For sequences [steps of all, *E],
/// where E is the shape of a step and the sequences follow one another.</para>
/// <para>Domain: values with L levels are the bytes 0, …, L − 1, which <see cref="Batches"/> turns into fractions of L − 1;
/// reals are finite.</para>
/// <para>Immutable, and to be read by any number of threads. It needs no scope: <see cref="Batches"/> makes the tensors.</para>
/// </remarks>
public sealed class Dataset
{
    private readonly long[]? starts;   // of sequences: N + 1 row numbers, from 0 to the number of steps

    /// <summary>A data set over arrays, which are not copied.</summary>
    /// <param name="name">What it is called in messages and results: <c>mnist/train</c>.</param>
    /// <param name="values">UInt8 if there are levels, else Float32; at least two axes.</param>
    /// <param name="levels">How many values there are, 2 to 256; null for reals.</param>
    /// <param name="labels">Classes 0, 1, …, one per example.</param>
    /// <param name="factors">What else is known of each example: Float32 [N, F], with their names.</param>
    /// <param name="lengths">For sequences the number of steps of each, at least 1; their sum is the number of rows of <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The parts do not fit together, or a value is out of range.</exception>
    public Dataset(
        string name, HostArray values, int? levels = null, IReadOnlyList<int>? labels = null,
        (IReadOnlyList<string> Names, HostArray Values)? factors = null, IReadOnlyList<int>? lengths = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (values.Shape.Rank < 2)
            throw new ArgumentException($"{name}: values must have the shape [examples, *event] with at least two axes, not {values.Shape}. Reshape a vector to [{values.Shape.Elements}, 1].", nameof(values));
        Name = name;
        Values = values;
        Levels = levels;
        if (levels is { } l) CheckLevels(name, values, l);
        else CheckReals(name, values);
        if (lengths is not null) starts = Starts(name, lengths, values.Shape[0]);
        Count = starts is null ? values.Shape[0] : starts.Length - 1;

        if (labels is not null && labels.Count != Count)
            throw new ArgumentException($"{name}: {labels.Count} labels do not go with {Count} examples.", nameof(labels));
        if (labels is not null && labels.Any(label => label < 0))
            throw new ArgumentException($"{name}: label {labels.First(label => label < 0)} is negative; classes are numbered from 0.", nameof(labels));
        Labels = labels;
        if (factors is { } f && f.Values.Shape != [Count, f.Names.Count])
            throw new ArgumentException($"{name}: factors must have the shape [examples = {Count}, names = {f.Names.Count}], not {f.Values.Shape}.", nameof(factors));
        FactorNames = factors?.Names ?? [];
        Factors = factors?.Values;
    }

    private Dataset(Dataset from, HostArray values, int? levels, Preprocessing preprocessing)
        : this(from.Name, values, levels, from.Labels, from.Factors is null ? null : (from.FactorNames, from.Factors), from.Lengths)
    {
        Preprocessing = preprocessing;
        Numbers = from.Numbers;
        ColumnNames = from.ColumnNames.Count == EventShape.Elements ? from.ColumnNames : [];
        ClassNames = from.ClassNames;
        UnusedColumns = from.UnusedColumns;
        Fingerprint = from.Fingerprint;
    }

    /// <summary>What it is called in messages and results.</summary>
    public string Name { get; }

    /// <summary>The examples.</summary>
    public HostArray Values { get; }

    /// <summary>How many values there are: 256 for bytes, 2 for binary data; null for reals.</summary>
    public int? Levels { get; }

    /// <summary>The class of each example; null if unknown.</summary>
    public IReadOnlyList<int>? Labels { get; }

    /// <summary>The names of the factors; empty if there are none.</summary>
    public IReadOnlyList<string> FactorNames { get; }

    /// <summary>The names of the coordinates, where they came from a table that had them; else empty.</summary>
    public IReadOnlyList<string> ColumnNames { get; internal init; } = [];

    /// <summary>The words for the classes 0, 1, …, where they came from a table that had them; else empty.</summary>
    public IReadOnlyList<string> ClassNames { get; internal init; } = [];

    /// <summary>The columns of its table that are no part of it, because a trained model does not know them; else empty.</summary>
    public IReadOnlyList<string> UnusedColumns { get; internal init; } = [];

    /// <summary>What else is known of each example, Float32 [N, F]: generating factors, or a regression target. Null if nothing is.</summary>
    public HostArray? Factors { get; }

    /// <summary>What was done to the values, or, for dynamic binarization, will be done in each batch.</summary>
    public Preprocessing Preprocessing { get; private init; } = Preprocessing.None;

    /// <summary>
    /// Stands for the examples as they were before any preprocessing: values, labels and order, not names. Sets with the same
    /// fingerprint hold the same examples.
    /// </summary>
    public string Fingerprint
    {
        get => field ??= Hash();
        private init;
    }

    /// <summary>N, the number of examples.</summary>
    public long Count { get; }

    /// <summary>Whether examples are sequences, each of its own length.</summary>
    public bool IsSequence => starts is not null;

    /// <summary>The steps of each sequence; null where examples are no sequences.</summary>
    public IReadOnlyList<int>? Lengths => starts is null ? null : [.. starts.Skip(1).Zip(starts, (end, start) => (int)(end - start))];

    /// <summary>The shape of an example, or of one step of a sequence.</summary>
    public Shape EventShape => Values.Shape[1..];

    /// <summary>Number, shape and kind in words: <c>60000 × [1, 28, 28], 256 levels</c>.</summary>
    public string Description =>
        $"{Count} × {(IsSequence ? "sequences of " : "")}{EventShape}, {Levels switch { null => "reals", 2 => "binary", var l => $"{l} levels" }}";

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Description}";

    /// <summary>The examples with these numbers, in this order.</summary>
    /// <param name="indices">Numbers in 0, …, N − 1.</param>
    /// <param name="name">The name of the new set; the old one if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public Dataset Take(ReadOnlySpan<long> indices, string? name = null)
    {
        long rows = 0;
        foreach (var index in indices)
        {
            CheckIndex(index);
            rows += RowsOf(index).Count;
        }
        var size = RowBytes;
        var source = Values.Bytes.Span;
        var bytes = new byte[checked(rows * size)];
        var at = 0;
        foreach (var index in indices)
        {
            var (first, count) = RowsOf(index);
            source.Slice(checked((int)(first * size)), (int)(count * size)).CopyTo(bytes.AsSpan(at));
            at += (int)(count * size);
        }
        var labels = Labels is null ? null : new int[indices.Length];
        var lengths = IsSequence ? new int[indices.Length] : null;
        var factors = Factors is null ? null : new float[indices.Length * FactorNames.Count];
        for (var i = 0; i < indices.Length; i++)
        {
            labels?[i] = Labels![(int)indices[i]];
            lengths?[i] = (int)RowsOf(indices[i]).Count;
            if (factors is not null) Factors!.Values<float>().Slice((int)indices[i] * FactorNames.Count, FactorNames.Count).CopyTo(factors.AsSpan(i * FactorNames.Count));
        }
        return new(
            name ?? Name, new(Values.ElementType, [rows, .. EventShape.AsSpan()], bytes), Levels, labels,
            factors is null ? null : (FactorNames, HostArray.From<float>(factors, [indices.Length, FactorNames.Count])), lengths)
        {
            Preprocessing = Preprocessing,
            ColumnNames = ColumnNames,
            ClassNames = ClassNames,
            Numbers = [.. indices.ToArray().Select(NumberOf)],
        };
    }

    /// <summary>Where an example stands in the file or the set that this is drawn or cut from, counted from 0.</summary>
    /// <param name="index">Its number here.</param>
    public long NumberOf(long index) => Numbers is null ? index : Numbers[index];

    /// <summary>Examples 0, …, N − 1 cut to a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within.</exception>
    public Dataset Slice(long start, long count, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        var indices = new long[count];
        for (var i = 0; i < indices.Length; i++) indices[i] = start + i;
        return Take(indices, name);
    }

    /// <summary>
    /// Examples at equal distances, ⌊i N / count⌋ for i = 0, …, count − 1; all of them where there are no more than asked for.
    /// Sets are often sorted, so that their first examples say little.
    /// </summary>
    public Dataset Strided(long count)
    {
        Arguments.Positive(count);
        if (count >= Count) return this;
        var indices = new long[count];
        for (var i = 0; i < indices.Length; i++) indices[i] = (long)((Int128)i * Count / count);
        return Take(indices);
    }

    /// <summary>The same set as pictures, sequences or vectors of another shape with as many numbers: [1, 28, 28] for [784].</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Dataset Reshaped(Shape eventShape) => eventShape.Elements == EventShape.Elements && eventShape.Rank > 0
        ? new(this, new(Values.ElementType, [Values.Shape[0], .. eventShape.AsSpan()], Values.Bytes), Levels, Preprocessing)
        : throw new ArgumentException($"{Name}: events {EventShape} cannot be read as {eventShape}; the number of elements must stay {EventShape.Elements}.", nameof(eventShape));

    /// <summary>The set with its pictures [C, H, W] in another size: each new pixel is the mean of what it covers, rounded.</summary>
    /// <param name="preprocessing">Which size; the rest of it is not looked at.</param>
    /// <exception cref="ArgumentException">The examples are no pictures with levels of grey.</exception>
    public Dataset Resized(Preprocessing preprocessing)
    {
        if (preprocessing.Size is not { } size || Preprocessing.Size == size) return this;
        if (Levels is null or 2 || IsSequence || EventShape is not [var channels, var height, var width])
            throw new ArgumentException($"{Name} holds {Description}; only pictures [C, H, W] with levels of grey are brought to a size: leave --resize out, or where a recipe asks for it (data.size), take one for such data.", nameof(preprocessing));
        Arguments.Positive(size.Height, nameof(size));
        Arguments.Positive(size.Width, nameof(size));
        var (area, newArea) = (checked((int)(height * width)), checked(size.Height * size.Width));
        var planes = (int)(Count * channels);
        var pixels = new byte[checked(planes * newArea)];
        var source = Values.Bytes.Span;
        for (var i = 0; i < planes; i++)
        {
            Resampling.Resize(source.Slice(i * area, area), (int)height, (int)width, 1, size.Height, size.Width, ResizeFilter.Box)
                .CopyTo(pixels, i * newArea);
        }
        return new(this, new(ElementType.UInt8, [Count, channels, size.Height, size.Width], pixels), Levels, Preprocessing with { Size = size });
    }

    /// <summary>The set with its levels brought to 2^B, of equally many old ones each: the first B bits of bytes.</summary>
    /// <param name="preprocessing">Which B; the rest of it is not looked at.</param>
    /// <exception cref="ArgumentException">The values are reals, or have not so many levels.</exception>
    public Dataset Reduced(Preprocessing preprocessing)
    {
        if (preprocessing.Bits is not { } bits || Preprocessing.Bits == bits) return this;
        if (Levels is not { } levels)
            throw new ArgumentException($"{Name} holds real values, which have no bits: leave them out, or read the values as levels (--levels).", nameof(preprocessing));
        if (bits is < 1 or > 7 || levels % (1 << bits) != 0)
        {
            int[] possible = [.. Enumerable.Range(1, 7).Where(b => levels % (1 << b) == 0)];
            var remedy = possible.Length == 0 ? "leave the bits out (--set data.bits=null)" : $"take {string.Join(" or ", possible)} (--set data.bits={possible[^1]})";
            throw new ArgumentException($"{Name} has {levels} levels, which do not fall into {Math.Pow(2, bits)} equal parts: {remedy}.", nameof(preprocessing));
        }
        var each = levels >> bits;
        var values = Values.Bytes.ToArray();
        for (var i = 0; i < values.Length; i++) values[i] = (byte)(values[i] / each);
        return new(this, new(ElementType.UInt8, Values.Shape, values), 1 << bits, Preprocessing with { Bits = bits });
    }

    /// <summary>The set after binarization. <see cref="Binarization.Dynamic"/> keeps the grey values: each batch draws from them. Binary values stay.</summary>
    /// <param name="preprocessing">Which binarization; the rest of it is not looked at.</param>
    /// <exception cref="ArgumentException">The values are reals, or the threshold is outside (0, 1].</exception>
    public Dataset Binarized(Preprocessing preprocessing)
    {
        if (preprocessing.Binarization == Binarization.None) return this;
        if (Levels is not { } levels)
            throw new ArgumentException($"{Name} holds real values, which have no binarization: leave it out, or read the values as levels (--levels).", nameof(preprocessing));
        var recorded = Preprocessing with { Binarization = preprocessing.Binarization, Seed = preprocessing.Seed, Threshold = preprocessing.Threshold };
        if (levels == 2) return this;   // nothing to draw
        var values = Values.Bytes.Span;
        switch (preprocessing.Binarization)
        {
            case Binarization.Dynamic:
                return new(this, Values, levels, recorded);
            case Binarization.Threshold:
                if (!(preprocessing.Threshold is > 0 and <= 1))
                    throw new ArgumentException($"The threshold {preprocessing.Threshold} is a fraction of white: take one in (0, 1], such as 0.5.", nameof(preprocessing));
                var least = preprocessing.Threshold * (levels - 1);
                var reached = new byte[values.Length];
                for (var i = 0; i < reached.Length; i++) reached[i] = values[i] >= least ? (byte)1 : (byte)0;
                return new(this, new(ElementType.UInt8, Values.Shape, reached), 2, recorded);
            default:
                var drawn = new byte[values.Length];
                var stream = new Rng(preprocessing.Seed ?? 0).Fork("binarize/" + Name);
                for (var i = 0L; i < Count; i++)
                {
                    var (first, count) = RowsOf(i);
                    var (from, length) = (checked((int)(first * RowBytes)), (int)(count * RowBytes));
                    LevelConversion.Draw(stream.Row(i), values.Slice(from, length), levels, drawn.AsSpan(from, length));
                }
                return new(this, new(ElementType.UInt8, Values.Shape, drawn), 2, recorded);
        }
    }

    /// <summary>Labels, factors and name with other values.</summary>
    internal Dataset WithValues(HostArray values, int? levels, Preprocessing preprocessing) => new(this, values, levels, preprocessing);

    /// <summary>Whose values were binarized, or otherwise changed, before they came here.</summary>
    internal Dataset Declared(Preprocessing preprocessing) => new(this, Values, Levels, preprocessing);

    /// <summary>Of a part, where its examples stood in the whole; null for a whole.</summary>
    private long[]? Numbers { get; init; }

    /// <summary>Bytes of an event or of a step.</summary>
    internal long RowBytes => EventShape.Elements * Values.ElementType.Size();

    /// <summary>The rows of <see cref="Values"/> that make an example.</summary>
    internal (long First, long Count) RowsOf(long index) => starts is null ? (index, 1) : (starts[index], starts[index + 1] - starts[index]);

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>([Levels ?? 0, Values.Shape.Rank, .. Values.Shape.AsSpan()]));
        hash.AppendData(Values.Bytes.Span);
        if (Labels is not null) hash.AppendData(MemoryMarshal.AsBytes<int>([.. Labels]));
        if (starts is not null) hash.AppendData(MemoryMarshal.AsBytes<long>(starts));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    private void CheckIndex(long index)
    {
        if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"{Name} has the examples 0 to {Count - 1}.");
    }

    private static void CheckLevels(string name, HostArray values, int levels)
    {
        if (levels is < 2 or > 256) throw new ArgumentOutOfRangeException(nameof(levels), levels, "Values have 2 to 256 levels; null stands for reals.");
        if (values.ElementType != ElementType.UInt8)
            throw new ArgumentException($"{name}: values with levels are UInt8, not {values.ElementType}; convert them, or leave levels out.", nameof(values));
        if (levels < 256 && values.Bytes.Span.IndexOfAnyExceptInRange((byte)0, (byte)(levels - 1)) is >= 0 and var i)
            throw new ArgumentException($"{name}: value {i} is {values.Bytes.Span[i]}, and {levels} levels end at {levels - 1}.", nameof(values));
    }

    private static void CheckReals(string name, HostArray values)
    {
        if (values.ElementType != ElementType.Float32)
            throw new ArgumentException($"{name}: real values are Float32, not {values.ElementType}; convert them, or say how many levels the bytes have.", nameof(values));
        var reals = values.Values<float>();
        for (var i = 0; i < reals.Length; i++)
            if (!float.IsFinite(reals[i])) throw new ArgumentException($"{name}: value {i} is {reals[i]}; remove or fill what is missing.", nameof(values));
    }

    private static long[] Starts(string name, IReadOnlyList<int> lengths, long rows)
    {
        var starts = new long[lengths.Count + 1];
        for (var i = 0; i < lengths.Count; i++)
        {
            if (lengths[i] < 1) throw new ArgumentException($"{name}: sequence {i} has {lengths[i]} steps; each has at least 1.", nameof(lengths));
            starts[i + 1] = starts[i] + lengths[i];
        }
        return starts[^1] == rows ? starts : throw new ArgumentException($"{name}: the sequences have {starts[^1]} steps together, and there are {rows} rows.", nameof(lengths));
    }
}
