using Latent.Torch;

namespace Latent.Data;

public static partial class DataFile
{
    private const string FactorPrefix = "factor_";
    private static readonly string[] ValidationNames = ["validation", "valid", "val"];

    private static DataSplits ReadParts(string name, NpzFile file, DataRequest request) => InParts(name, request, (part, levels, _) =>
    {
        var spelling = part == "validation" ? Array.Find(ValidationNames, n => file.Names.Contains($"x_{n}")) ?? part : part;
        return file.Names.Contains($"x_{spelling}") ? FromArrays($"{name}/{part}", file, null, $"_{spelling}", levels) : null;
    });

    /// <summary>The examples of an NPZ file, with labels and factors where they are named so: <c>x</c>, <c>y</c>, <c>factor_scale</c>, each before a suffix.</summary>
    private static Dataset FromArrays(string name, NpzFile file, string? array, string suffix, int? levels)
    {
        var x = array ?? (file.Names.Contains("x" + suffix) ? "x" + suffix : file.Names.Count == 1
            ? file.Names.First()
            : throw new MalformedFileException(file.Path, "ZIP archive", $"There are the arrays {Quoted.Names(file.Names)}, and none is called 'x'.", "Say which one holds the examples (--array)."));
        var examples = FromArray(name, file.Path, file.Read(x), levels);
        if (array is not null || x != "x" + suffix) return examples;

        IReadOnlyList<int>? labels = null;
        var factors = new List<(string Name, float[] Values)>();
        foreach (var other in file.Names.Where(n => n == "y" + suffix || n.StartsWith(FactorPrefix, StringComparison.Ordinal) && n.EndsWith(suffix, StringComparison.Ordinal)))
        {
            var values = file.Read(other);
            if (values.Shape != [examples.Count] && values.Shape != [examples.Count, 1])
                throw new MalformedFileException(file.Path, $"entry {Quoted.Name(other)}", $"The array is {values}, and there are {examples.Count} examples.", $"Save one number per example, [{examples.Count}], or take the examples alone (--array {Quoted.Name(x)}).");
            if (other == "y" + suffix && !values.ElementType.IsFloatingPoint()) labels = ToLabels(file.Path, other, values);
            else factors.Add((other[(other == "y" + suffix ? 0 : FactorPrefix.Length)..^suffix.Length], ToReals(file.Path, $"entry {Quoted.Name(other)}, ", values).Values<float>().ToArray()));
        }
        var columns = new float[examples.Count * factors.Count];
        for (var i = 0; i < columns.Length; i++) columns[i] = factors[i % factors.Count].Values[i / factors.Count];
        return new(
            name, examples.Values, examples.Levels, labels,
            factors.Count == 0 ? null : ([.. factors.Select(f => f.Name)], HostArray.From<float>(columns, [examples.Count, factors.Count])));
    }

    /// <summary>A data set from an array [N, *E]; a vector [N] becomes [N, 1].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="path">The file it is from, for messages.</param>
    /// <param name="array">The examples.</param>
    /// <param name="levels">How many values there are; null to find out: truth values and bytes have levels, all else are reals.</param>
    private static Dataset FromArray(string name, string path, HostArray array, int? levels)
    {
        if (array.Shape is [] or [0, ..]) throw new MalformedFileException(path, "shape", $"The array is {array}, which has no examples.", "Save an array [examples, *event].");
        Shape shape = array.Shape.Rank == 1 ? [array.Shape[0], 1] : array.Shape;
        if (array.ElementType is ElementType.UInt8 or ElementType.Bool)
        {
            var bytes = array.Bytes.Span;
            var found = levels ?? (IsBinary(bytes) ? 2 : 256);
            if (found < 256 && bytes.IndexOfAnyExceptInRange((byte)0, (byte)(found - 1)) is >= 0 and var i) throw NoLevel(path, array, i, bytes[i], found);
            return new(name, new(ElementType.UInt8, shape, array.Bytes), found);
        }
        var reals = ToReals(path, "", array);
        return levels is null
            ? new(name, new(ElementType.Float32, shape, reals.Bytes))
            : new(name, new(ElementType.UInt8, shape, ToLevels(path, reals, levels.Value)), levels);
    }

    private static HostArray ToReals(string path, string place, HostArray array)
    {
        if (array.ElementType != ElementType.Float32)
        {
            using var scope = TensorScope.Open();
            array = Tensor.From(array).To(ElementType.Float32).ToHostArray();
        }
        var values = array.Values<float>();
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new MalformedFileException(path, place + Place(array, i), $"The value is {values[i]} in single precision.", "Remove or fill what is missing, and measure in units that keep numbers below 3e38.");
        }
        return array;
    }

    private static byte[] ToLevels(string path, HostArray reals, int levels)
    {
        var values = reals.Values<float>();
        var bytes = new byte[values.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = values[i] >= 0 && values[i] < levels && values[i] == MathF.Floor(values[i]) ? (byte)values[i] : throw NoLevel(path, reals, i, values[i], levels);
        return bytes;
    }

    private static int[] ToLabels(string path, string name, HostArray array)
    {
        var classes = ToReals(path, $"entry {Quoted.Name(name)}, ", array).Values<float>().ToArray();
        return Array.FindIndex(classes, c => c is < 0 or > 1 << 24) is >= 0 and var i
            ? throw new MalformedFileException(path, $"entry {Quoted.Name(name)}, {Place(array, i)}", $"{classes[i]} is no class: classes are 0, 1, ….", "Number the classes.")
            : Array.ConvertAll(classes, c => (int)c);
    }

    private static MalformedFileException NoLevel(string path, HostArray array, int index, float value, int levels) =>
        new(path, Place(array, index), $"{value} is none of the whole numbers 0 to {levels - 1}.", "Say how many levels there are (--levels), or leave that out.");

    private static string Place(HostArray array, int index) => $"element {index} (row {index / (array.Shape.Elements / array.Shape[0])})";
}
