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
    public static void Write(string file, TrainedRun run, Tensor made)
    {
        var examples = run.InOriginalUnits(made);
        if (IsPicture(file)) WriteGrid(file, examples, null);
        else if (Path.GetExtension(file).Equals(".npz", StringComparison.OrdinalIgnoreCase)) NpzFile.Write(file, new Dictionary<string, HostArray> { ["x"] = examples.To(ElementType.Float32).ToHostArray() });
        else WriteTable(file, run.Data.Columns ?? Numbered(examples.Shape[1..].Elements), examples);
    }

    /// <summary>Writes pictures [N, C, H, W] as one.</summary>
    public static void WriteGrid(string file, Tensor pictures, int? columns) => PictureGrid.Save(file, pictures, columns);

    private static void WriteTable(string file, IReadOnlyList<string> names, Tensor rows)
    {
        var values = rows.To(ElementType.Float64).ToArray<double>();
        CsvTable.Write(file, names, Enumerable.Range(0, values.Length / names.Count).Select(row =>
            (IReadOnlyList<string>)[.. Enumerable.Range(0, names.Count).Select(column => ((float)values[row * names.Count + column]).ToString("R", CultureInfo.InvariantCulture))]));
    }

    private static IReadOnlyList<string> Numbered(long count) => [.. Enumerable.Range(1, checked((int)count)).Select(i => $"x{i}")];

    private static bool IsPictureShape(Shape shape) => shape is [1 or 3, > 1, > 1];
}
