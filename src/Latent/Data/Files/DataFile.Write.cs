using System.Globalization;
using Latent.Torch;

namespace Latent.Data;

public static partial class DataFile
{
    private const string LabelColumn = "label";

    /// <summary>
    /// Writes data such that <see cref="Open"/>, and NumPy or PyTorch for NPZ and IDX, read the same again. A file, or a new folder,
    /// appears whole or not at all; in a folder that is there already, files of the same names are replaced one by one.
    /// </summary>
    /// <param name="path">
    /// NPZ: the file, with the arrays <c>x_train</c>, <c>y_train</c>, <c>factor_scale_train</c>, … and so for the other parts. IDX: the
    /// folder, with <c>train-images-idx3-ubyte.gz</c> and so on. CSV: the folder, with <c>train.csv</c> and so on; or, where the name
    /// ends in <c>.csv</c>, one table of the training set.
    /// </param>
    /// <param name="splits">The data; no sequences.</param>
    /// <param name="format">The kind of file.</param>
    /// <exception cref="ArgumentException">The format cannot hold such data; the message names one that can.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Write(string path, DataSplits splits, DataFormat format)
    {
        CheckHolds(splits, format);
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"Cannot write '{path}': there is no folder '{folder}'. Make it first, or name another.");
        if (format == DataFormat.Npz) NpzFile.Write(path, splits.Parts.SelectMany(part => Arrays(part.Name, part.Data)).ToDictionary(), compress: true);
        else if (format == DataFormat.Csv && path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) WriteTable(path, splits.Train);
        else WriteFolder(path, [.. splits.Parts.SelectMany(part => format == DataFormat.Idx ? IdxFiles(part.Name, part.Data) : [($"{part.Name}.csv", file => WriteTable(file, part.Data))])]);
    }

    /// <summary>Checks that a format can hold such data, which is known before they are made.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names one that can.</exception>
    internal static void CheckHolds(DataSplits splits, DataFormat format)
    {
        var data = splits.Train;
        if (data.IsSequence) throw new ArgumentException($"{splits.Name} holds {data.Description}, and sequences are not written.", nameof(splits));
        if (format == DataFormat.Idx && (data.Levels is null || data.EventShape is not [1, _, _]))
            throw new ArgumentException($"IDX files hold pictures of one channel, and {splits.Name} {data.EventShape} {(data.Levels is null ? "reals" : "levels")}: choose the format npz{(data.EventShape.Rank == 1 ? " or csv" : "")}.", nameof(format));
        if (format == DataFormat.Csv && data.EventShape.Rank != 1)
            throw new ArgumentException($"Tables hold vectors, and {splits.Name} pictures {data.EventShape}: choose the format npz{(data.EventShape is [1, _, _] ? " or idx" : "")}.", nameof(format));
        if (format == DataFormat.Idx && data.Labels is { } labels && labels.Any(label => label > byte.MaxValue))
            throw new ArgumentException($"IDX files hold the classes 0 to 255, and {splits.Name} has more: choose the format npz.", nameof(format));
    }

    private static IEnumerable<KeyValuePair<string, HostArray>> Arrays(string part, Dataset data)
    {
        // Truth values are read as binary again, also where all of them are alike.
        yield return new($"x_{part}", data.Levels == 2 ? new(ElementType.Bool, data.Values.Shape, data.Values.Bytes) : data.Values);
        if (data.Labels is { } labels) yield return new($"y_{part}", HostArray.From<int>([.. labels], [data.Count]));
        for (var f = 0; f < data.FactorNames.Count; f++)
        {
            var values = new float[data.Count];
            for (var i = 0; i < values.Length; i++) values[i] = data.Factors!.Values<float>()[i * data.FactorNames.Count + f];
            yield return new($"{FactorPrefix}{data.FactorNames[f]}_{part}", HostArray.From<float>(values, [data.Count]));
        }
    }

    private static IEnumerable<(string Name, Action<string> Write)> IdxFiles(string part, Dataset data)
    {
        var prefix = part == "test" ? "t10k" : part;
        yield return ($"{prefix}-images-idx3-ubyte.gz", file => IdxFile.Write(file, new(ElementType.UInt8, [data.Count, .. data.EventShape.AsSpan()[1..]], data.Values.Bytes)));
        if (data.Labels is { } labels)
            yield return ($"{prefix}-labels-idx1-ubyte.gz", file => IdxFile.Write(file, HostArray.From<byte>([.. labels.Select(label => (byte)label)], [data.Count])));
    }

    private static void WriteTable(string path, Dataset data)
    {
        var width = (int)data.EventShape.Elements;
        var names = data.ColumnNames.Count == width ? data.ColumnNames : [.. Enumerable.Range(1, width).Select(i => $"x{i}")];
        CsvTable.Write(path, [.. names, .. data.Labels is null ? Array.Empty<string>() : [LabelColumn]], Rows());

        IEnumerable<IReadOnlyList<string>> Rows()
        {
            var row = new string[width + (data.Labels is null ? 0 : 1)];
            for (var i = 0; i < data.Count; i++)
            {
                for (var c = 0; c < width; c++) row[c] = data.Levels is null ? data.Values.Values<float>()[i * width + c].ToString("R", CultureInfo.InvariantCulture) : data.Values.Bytes.Span[i * width + c].ToString(CultureInfo.InvariantCulture);
                if (data.Labels is { } labels) row[^1] = labels[i].ToString(CultureInfo.InvariantCulture);
                yield return row;
            }
        }
    }

    private static void WriteFolder(string path, IReadOnlyList<(string Name, Action<string> Write)> files)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(target) ?? target;
        var temporary = Path.Combine(parent, $".latent-{Path.GetRandomFileName()}.tmp");
        if (File.Exists(target)) throw new IOException($"Cannot write '{target}': there is a file of that name. Name a folder.");
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (name, write) in files) write(Path.Combine(temporary, name));
            if (!Directory.Exists(target)) Directory.Move(temporary, target);
            else foreach (var (name, _) in files) File.Move(Path.Combine(temporary, name), Path.Combine(target, name), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write '{target}': {e.Message} Check that you may write there, and that the disk has room.", e);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }
}
