using System.Globalization;
using Latent.Catalog;
using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Cli.Commands;

/// <summary>Writes examples as a picture, a table or an array, as the file's name says.</summary>
internal static class ExampleFile
{
    /// <summary>The kinds of files, for the help.</summary>
    public const string Kinds = ".png, .npz or .csv";

    /// <summary>The file that was named, or one in the run's folder: a picture where examples are pictures or points of the plane, else a table.</summary>
    public static string Choose(string? named, TrainedRun run, string stem, bool drawsPlane = false)
    {
        var isPicture = IsPictureShape(run.Data.Summary.EventShape) || (drawsPlane && run.IsPlanar);
        if (named is null) return Path.Combine(run.Folder.Path, stem + (isPicture ? ".png" : ".csv"));
        if (Path.GetExtension(named).ToLowerInvariant() is not (".png" or ".npz" or ".csv"))
            throw new ArgumentException($"'{named}' does not say what kind of file to write: let it end in {Kinds}.", nameof(named));
        if (IsPicture(named) && !isPicture)
            throw new ArgumentException($"Examples of {run.Data.Name} have the shape {run.Data.Summary.EventShape} and are no pictures: let the file end in .npz or .csv.", nameof(named));
        return named;
    }

    public static bool IsPicture(string file) => Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes examples [N, *event] that a model made, in the units of its data, and under the names of their columns where they have some.</summary>
    /// <param name="file">The file.</param>
    /// <param name="run">The model.</param>
    /// <param name="made">The examples.</param>
    /// <param name="classes">Their classes, named as where data are read: the column that the table had, or <c>label</c>; of arrays <c>y</c>. Null if they have none.</param>
    public static void Write(string file, TrainedRun run, Tensor made, IReadOnlyList<long>? classes = null)
    {
        var examples = run.InOriginalUnits(made);
        if (IsPicture(file)) WriteGrid(file, examples, null);
        else if (Path.GetExtension(file).Equals(".npz", StringComparison.OrdinalIgnoreCase)) WriteArrays(file, examples, classes);
        else WriteTable(file, run, examples, classes);
    }

    /// <summary>Writes pictures [N, C, H, W] as one.</summary>
    public static void WriteGrid(string file, Tensor pictures, int? columns) => PictureGrid.Save(file, pictures, columns);

    private static void WriteArrays(string file, Tensor examples, IReadOnlyList<long>? classes)
    {
        var arrays = new Dictionary<string, HostArray> { ["x"] = examples.To(ElementType.Float32).ToHostArray() };
        if (classes is not null) arrays["y"] = HostArray.From<long>([.. classes], [classes.Count]);
        NpzFile.Write(file, arrays);
    }

    private static void WriteTable(string file, TrainedRun run, Tensor rows, IReadOnlyList<long>? classes)
    {
        var names = run.Data.Columns ?? Numbered(rows.Shape[1..].Elements);
        var values = rows.To(ElementType.Float64).ToArray<double>();
        string Value(int row, int column) => ((float)values[row * names.Count + column]).ToString("R", CultureInfo.InvariantCulture);
        IEnumerable<string> Class(int row) => classes is null ? [] : [run.Data.ClassNames is { } words ? words[(int)classes[row]] : classes[row].ToString(CultureInfo.InvariantCulture)];
        CsvTable.Write(
            file, [.. names, .. classes is null ? Array.Empty<string>() : [run.Recipe.Data.Label ?? "label"]],
            Enumerable.Range(0, values.Length / names.Count).Select(row => (IReadOnlyList<string>)[.. Enumerable.Range(0, names.Count).Select(column => Value(row, column)), .. Class(row)]));
    }

    private static IReadOnlyList<string> Numbered(long count) => [.. Enumerable.Range(1, checked((int)count)).Select(i => $"x{i}")];

    private static bool IsPictureShape(Shape shape) => shape is [1 or 3, > 1, > 1];
}
