using Latent.Torch;

namespace Latent.Data;

/// <summary>A user's own data by path: what kind of file it is, its name says.</summary>
public static class DataFile
{
    /// <summary>
    /// Reads <c>.csv</c>, <c>.tsv</c>, <c>.txt</c> and <c>.data</c> as tables of real numbers; <c>.npy</c> and <c>.npz</c> as arrays
    /// [N, *E], bytes as 256 levels; names with <c>idx</c> as pictures; folders as pictures. <c>.gz</c> at the end of the name
    /// changes nothing for tables and IDX.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="array">The array of an NPZ file; null where it has one, or one called <c>x</c>.</param>
    /// <exception cref="MalformedFileException">It is damaged, or none of these.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static Dataset Read(string path, string? array = null)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (Directory.Exists(path)) return ImageFolder.Read(name, path);
        var stem = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        switch (Path.GetExtension(stem).ToLowerInvariant())
        {
            case ".csv" or ".tsv" or ".txt" or ".data":
                return CsvTable.Read(path).ToReals(name);
            case ".npy":
                return FromArray(name, path, NpyFile.Read(path));
            case ".npz":
                using (var file = NpzFile.Open(path)) return FromArray(name, path, file.Read(ArrayName(path, file, array)));
        }
        if (stem.Contains("idx", StringComparison.OrdinalIgnoreCase)) return IdxFile.ReadImages(name, path);
        throw File.Exists(path)
            ? new MalformedFileException(path, "name", "The name does not say what kind of data this is.", "Let it end in .csv, .npy or .npz, contain 'idx', or name a folder of pictures.")
            : new FileNotFoundException($"There is no file or folder '{path}'. Check the path, or give the name of a data set.", path);
    }

    private static string ArrayName(string path, NpzFile file, string? array) => array ?? (file.Names.Contains("x") ? "x" : file.Names.Count == 1
        ? file.Names.First()
        : throw new MalformedFileException(path, "ZIP archive", $"There are the arrays {Quoted.Names(file.Names)}, and none is called 'x'.", "Say which one is meant."));

    /// <summary>A data set from an array [N, *E]; a vector [N] becomes [N, 1].</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="path">The file it is from, for messages.</param>
    /// <param name="array">Bytes and truth values have levels, all else becomes Float32.</param>
    private static Dataset FromArray(string name, string path, HostArray array)
    {
        if (array.Shape is [] or [0, ..]) throw new MalformedFileException(path, "shape", $"The array is {array}, which has no examples.", "Save an array [examples, *event].");
        Shape shape = array.Shape.Rank == 1 ? [array.Shape[0], 1] : array.Shape;
        if (array.ElementType is ElementType.UInt8 or ElementType.Bool)
            return new(name, new(ElementType.UInt8, shape, array.Bytes), array.ElementType == ElementType.Bool ? 2 : 256);
        using var scope = TensorScope.Open();
        var reals = Tensor.From(array).To(ElementType.Float32).ToHostArray();
        var values = reals.Values<float>();
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new MalformedFileException(path, $"element {i} (row {i / (values.Length / shape[0])})", $"The value is {values[i]} in single precision.", "Remove or fill what is missing, and measure in units that keep numbers below 3e38.");
        }
        return new(name, new(ElementType.Float32, shape, reals.Bytes));
    }
}
