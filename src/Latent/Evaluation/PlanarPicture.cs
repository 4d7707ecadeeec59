using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Evaluation;

/// <summary>A model of the plane in one picture: its data, points drawn from it, and its density, side by side.</summary>
/// <remarks>
/// <para>Shapes: UInt8 [S, 3 S, 1]. All panels have the same axes, which hold all but one in a thousand of the data along each coordinate.</para>
/// <para>Darkness grows as the square root of the density and is full where one in a hundred draws would find more, as in <see cref="PointsPicture"/>.</para>
/// <para>The density is exact for a model without latent variables, else estimated from draws.</para>
/// </remarks>
public static class PlanarPicture
{
    private const int Size = 384;
    private const int Frame = 2;
    private const int Zoom = 2; // pixels along an edge that share one value of the density
    private const long Particles = 32;

    /// <summary>How many points of the data are shown at most, and as many samples should be.</summary>
    public const long Points = 5000;

    /// <summary>Draws the three panels.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">What it was trained on, or what it is measured on, as the model sees it.</param>
    /// <param name="samples">Points that the model made, [N, 2].</param>
    /// <param name="rng">The stream of the density's draws.</param>
    /// <exception cref="ArgumentException">The data are no points of the plane.</exception>
    public static Tensor Of(ModelReplicas replicas, Dataset data, Tensor samples, Rng rng)
    {
        if (data.Levels is not null || data.IsSequence || data.EventShape is not [2]) throw new ArgumentException($"'{data.Name}' holds {data.Description}, and only points of the plane, reals [2], have such a picture.", nameof(data));
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var shown = data.Strided(Points);
        var points = Batches.InOrder(shown, shown.Count, rng).At(0).X;
        var (x, y) = (Axis(points, 0), Axis(points, 1));
        return scope.Return(Tensor.Cat([PointsPicture.Of(points, x, y, Size), PointsPicture.Of(samples, x, y, Size), Density(replicas, x, y, rng)], 1));
    }

    /// <summary>Draws the panels and writes a PNG file; it appears whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <inheritdoc cref="Of"/>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Save(string path, ModelReplicas replicas, Dataset data, Tensor samples, Rng rng)
    {
        using var scope = TensorScope.Open();
        var png = ImageFile.EncodePng(Of(replicas, data, samples, rng));
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>From the least to the most of a coordinate, without one in a thousand, and a tenth more on both sides.</summary>
    private static (double From, double To) Axis(Tensor points, int coordinate)
    {
        var values = points.Select(1, coordinate).To(ElementType.Float64).ToArray<double>();
        Array.Sort(values);
        var rest = values.Length / 2000;
        var (from, to) = (values[rest], values[^(rest + 1)]);
        var margin = Math.Max(0.1 * (to - from), 1e-3 * Math.Max(1, Math.Abs(from)));
        return (from - margin, to + margin);
    }

    private static Tensor Density(ModelReplicas replicas, (double From, double To) x, (double From, double To) y, Rng rng)
    {
        const int Inner = Size - 2 * Frame;
        const int Cells = Inner / Zoom;
        var lattice = new float[Cells * Cells * 2];
        for (var row = 0; row < Cells; row++)
        {
            for (var column = 0; column < Cells; column++)
            {
                lattice[(row * Cells + column) * 2] = (float)(x.From + (x.To - x.From) * (column + 0.5) / Cells);
                lattice[(row * Cells + column) * 2 + 1] = (float)(y.To - (y.To - y.From) * (row + 0.5) / Cells);
            }
        }
        var places = new Dataset("lattice", HostArray.From<float>(lattice, [Cells * Cells, 2]));
        var density = Scores.LogLikelihood(replicas, places, rng, Particles).Nats.Select(Math.Exp).ToArray();
        var full = FullDarkness(density);
        var picture = new byte[Size * Size];
        Array.Fill(picture, PointsPicture.FrameLevel);
        for (var row = 0; row < Inner; row++)
            for (var column = 0; column < Inner; column++)
                picture[(row + Frame) * Size + column + Frame] = (byte)Math.Round(PointsPicture.Paper * (1 - Math.Min(1, Math.Sqrt(density[row / Zoom * Cells + column / Zoom] / full))));
        return Tensor.From(picture, Size, Size, 1);
    }

    /// <summary>The density that one in a hundred draws exceed.</summary>
    private static double FullDarkness(double[] density)
    {
        var descending = density.Where(double.IsFinite).OrderDescending().ToArray();
        var (mass, total) = (0.0, descending.Sum());
        foreach (var value in descending)
        {
            mass += value;
            if (mass >= 0.01 * total) return value > 0 ? value : 1;
        }
        return 1;
    }
}
