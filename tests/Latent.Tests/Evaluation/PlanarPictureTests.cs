using Latent.Conditionals;
using Latent.Data;
using Latent.Distributions;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Evaluation;

public sealed class PlanarPictureTests : ScopedTest
{
    private const int Size = 384;

    /// <summary>A normal distribution about (3, −1), far from round: σ of 2 along and 0.1 across.</summary>
    private static ModelReplicas Oval() => new(new Density(new Unconditional(() =>
        new DiagonalNormal(Tensor.From([3.0, -1], 2), Tensor.From([2, 0.1], 2)))), ElementType.Float64);

    private static Dataset Draws(long count)
    {
        var values = (new Rng(1).Normal([count, 2], ElementType.Float32) * Tensor.From([2f, 0.1f], 2) + Tensor.From([3f, -1], 2)).ToHostArray();
        return new("oval", values);
    }

    [Fact]
    public void The_panels_show_the_same_density() => Scoped(() =>
    {
        using var replicas = Oval();
        var data = Draws(20_011);
        var samples = (new Rng(2).Normal([5000, 2], ElementType.Float64) * Tensor.From([2, 0.1], 2)) + Tensor.From([3.0, -1], 2);
        var picture = PlanarPicture.Of(replicas, data, samples, new(3));
        Assert.Equal([Size, 3 * Size, 1], picture.Shape);
        var brightness = picture.To(ElementType.Float64).ToArray<double>();
        double[] dark = [.. Enumerable.Range(0, 3).Select(panel => Enumerable.Range(0, Size * Size).Average(i => 255 - brightness[i / Size * 3 * Size + panel * Size + i % Size]))];

        // Dots leave white between them, so only data and samples are alike in the whole; in the density the middle is darkest, and what
        // is darker than half of the ink at the middle is the ellipse in which √p > ½: 2 ln 4 = 2.77 squared deviations.
        Assert.Equal(dark[0], dark[1], 0.05 * dark[0]);
        double Ink(int row, int column) => 255 - brightness[row * 3 * Size + 2 * Size + column];
        Assert.Equal(255, Ink(Size / 2, Size / 2), 12);
        Assert.InRange(Ink(8, 8), 0, 3);
        var inside = Enumerable.Range(0, Size * Size).Count(i => i / Size is > 2 and < Size - 3 && i % Size is > 2 and < Size - 3 && Ink(i / Size, i % Size) > 127.5);
        Assert.Equal(Math.PI * 2.77 * PixelsPerUnit(data, 0) * 2 * PixelsPerUnit(data, 1) * 0.1, inside, 0.03 * inside);
    });

    /// <summary>Of 5,000 points the two outermost on each side are left out; the picture has a fifth more, within frames of two pixels.</summary>
    private static double PixelsPerUnit(Dataset data, int coordinate)
    {
        var values = data.Strided(PlanarPicture.Points).Values.Values<float>().ToArray().Where((_, i) => i % 2 == coordinate).Order().ToArray();
        Assert.Equal(PlanarPicture.Points, values.Length);
        return (Size - 4) / (1.2 * (values[^3] - values[2]));
    }

    [Fact]
    public void Data_of_another_shape_are_refused() => Scoped(() =>
    {
        using var replicas = Oval();
        var data = new Dataset("space", HostArray.From<float>(new float[12], [4, 3]));
        Assert.Contains("'space' holds", Assert.Throws<ArgumentException>(() => PlanarPicture.Of(replicas, data, Tensor.Zeros([5, 2]), new(1))).Message, StringComparison.Ordinal);
    });
}
