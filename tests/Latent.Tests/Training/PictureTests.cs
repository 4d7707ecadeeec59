using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class PictureTests : ScopedTest
{
    private static readonly (double From, double To) Axis = (-2, 2);

    [Theory]
    [InlineData(1, ElementType.Float32), InlineData(3, ElementType.Float64)]
    public void Every_pixel_of_a_grid_is_where_it_belongs(int channels, ElementType type) => Scoped(() =>
    {
        const int Count = 7, Height = 13, Width = 19, Columns = 3, Factor = 3; // 19 · 3 ≥ 56
        var levels = Enumerable.Range(0, Count * channels * Height * Width).Select(i => (byte)(i * 37)).ToArray();
        var pictures = Tensor.From(levels, Count, channels, Height, Width).To(type).Div(255);
        var grid = PictureGrid.Of(pictures, Columns);

        var (height, width) = (3 * (Height * Factor + 2) + 2, Columns * (Width * Factor + 2) + 2);
        Assert.Equal(new Shape([height, width, channels]), grid.Shape);
        var expected = new byte[height, width, channels];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var (row, down) = Math.DivRem(y - 2, Height * Factor + 2);
                    var (column, right) = Math.DivRem(x - 2, Width * Factor + 2);
                    var n = row * Columns + column;
                    expected[y, x, c] = y < 2 || x < 2 || down >= Height * Factor || right >= Width * Factor || n >= Count
                        ? (byte)128
                        : levels[((n * channels + c) * Height + down / Factor) * Width + right / Factor];
                }
            }
        }
        Assert.Equal(expected.Cast<byte>(), grid.ToArray<byte>());
    });

    [Theory]
    [InlineData(1, 28, null, 1, 2)]
    [InlineData(5, 28, null, 3, 2)]
    [InlineData(64, 28, null, 8, 2)]
    [InlineData(2, 28, 10, 2, 2)] // no empty columns
    [InlineData(4, 64, 1, 1, 1)]
    [InlineData(2, 1, null, 2, 56)]
    [InlineData(2, 55, null, 2, 2)]
    [InlineData(2, 56, null, 2, 1)]
    public void Grids_are_nearly_square_and_cells_visible(int count, int edge, int? columns, int across, int factor) => Scoped(() =>
    {
        var down = (count + across - 1) / across;
        Assert.Equal(new Shape([down * (edge * factor + 2) + 2, across * (edge * factor + 2) + 2, 1]), PictureGrid.Of(Tensor.Zeros([count, 1, edge, edge]), columns).Shape);
    });

    [Fact]
    public void Values_beyond_black_and_white_are_clipped() => Scoped(() =>
    {
        float[] values = [0, 1, 0.5f, -3, 7, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var grid = PictureGrid.Of(Tensor.From(values, values.Length, 1, 1, 1), values.Length);
        Assert.Equal([0, 255, 128, 0, 255, 0, 255, 0], Enumerable.Range(0, values.Length).Select(i => grid[30, 2 + 58 * i + 28, 0].Item<int>()));
    });

    [Fact]
    public void Points_are_where_they_belong() => Scoped(() =>
    {
        var picture = PointsPicture.Of(Tensor.From([-1f, 1f], 1, 2), Axis, Axis, 104); // a quarter from the left, a quarter from the top
        var darkness = picture.ToArray<byte>().Select((level, i) => (level, Row: i / 104, Column: i % 104)).Where(p => p.Row is > 1 and < 102 && p.Column is > 1 and < 102).ToArray();
        var mass = darkness.Sum(p => 255.0 - p.level);
        Assert.InRange(mass, 255, 5000);
        Assert.Equal(2 + 25, darkness.Sum(p => (255 - p.level) * (p.Row + 0.5)) / mass, 1e-6);
        Assert.Equal(2 + 25, darkness.Sum(p => (255 - p.level) * (p.Column + 0.5)) / mass, 1e-6);
        Assert.InRange(darkness.Min(p => p.level), 0, 10);
    });

    [Fact]
    public void Axes_may_differ() => Scoped(() =>
    {
        var level = PointsPicture.Of(Tensor.From([30.0, 0.2], 1, 2), (0, 40), (0, 1), 104)[2 + 80, 2 + 75, 0].Item<int>();
        Assert.InRange(level, 0, 60);
    });

    [Fact]
    public void Twice_as_many_points_are_darker() => Scoped(() =>
    {
        var points = Tensor.From([-1f, 0, 1, 0, 1, 0], 3, 2);
        var picture = PointsPicture.Of(points, Axis, Axis, 104);
        var (single, two) = (255.0 - picture[52, 27, 0].Item<int>(), 255.0 - picture[52, 77, 0].Item<int>());
        Assert.InRange(two / single, 1.38, 1.45); // √2
    });

    [Fact]
    public void Points_outside_are_left_out() => Scoped(() =>
    {
        float[] far = [float.NaN, 0, 0, float.NaN, float.PositiveInfinity, 0, 0, float.NegativeInfinity, 2.1f, 0, 0, -2.1f];
        var empty = PointsPicture.Of(Tensor.Zeros([0, 2]), Axis, Axis, 33);
        Assert.True(PointsPicture.Of(Tensor.From(far, 6, 2), Axis, Axis, 33).Equal(empty));
        Assert.Equal(29 * 29, empty.ToArray<byte>().Count(level => level == 255));
        Assert.Equal(4 * 31 * 2, empty.ToArray<byte>().Count(level => level == 128)); // the frame
        Assert.False(PointsPicture.Of(Tensor.From([2f, -2f], 1, 2), Axis, Axis, 33).Equal(empty)); // edges are inside
    });

    [Fact]
    public void Files_are_pngs() => Scoped(() =>
    {
        using var folder = new TemporaryFolder();
        var weights = Tensor.Ones([2, 3, 5, 7]);
        weights.RequiresGrad = true;
        var pictures = weights.Mul(0.25f);
        PictureGrid.Save(folder.At("grid.png"), pictures, 1);
        Assert.True(ImageFile.Read(folder.At("grid.png")).Equal(PictureGrid.Of(pictures, 1)));
        var points = Tensor.Ones([5, 2]);
        PointsPicture.Save(folder.At("points.png"), points, Axis, Axis);
        Assert.True(ImageFile.Read(folder.At("points.png")).Equal(PointsPicture.Of(points, Axis, Axis)));
        Assert.Equal(["grid.png", "points.png"], folder.Files.Order());
        Assert.Throws<IOException>(() => PictureGrid.Save(folder.At("none/grid.png"), pictures));
    });

    [Fact]
    public void Wrong_tensors_and_axes_are_refused() => Scoped(() =>
    {
        Assert.Contains("[N, C = 1 or 3, H, W]", Assert.Throws<ArgumentException>(() => PictureGrid.Of(Tensor.Zeros([7, 28, 28]))).Message);
        Assert.Throws<ArgumentException>(() => PictureGrid.Of(Tensor.Zeros([7, 2, 28, 28])));
        Assert.Throws<ArgumentException>(() => PictureGrid.Of(Tensor.Zeros([0, 1, 28, 28])));
        Assert.Throws<ArgumentException>(() => PictureGrid.Of(Tensor.Zeros([7, 1, 28, 28], dtype: ElementType.UInt8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureGrid.Of(Tensor.Zeros([7, 1, 28, 28]), 0));
        Assert.Contains("[N, 2]", Assert.Throws<ArgumentException>(() => PointsPicture.Of(Tensor.Zeros([7, 3]), Axis, Axis)).Message);
        Assert.Contains("axis y", Assert.Throws<ArgumentException>(() => PointsPicture.Of(Tensor.Zeros([7, 2]), Axis, (1, 1))).Message);
        Assert.Throws<ArgumentException>(() => PointsPicture.Of(Tensor.Zeros([7, 2]), (double.NaN, 1), Axis));
        Assert.Throws<ArgumentOutOfRangeException>(() => PointsPicture.Of(Tensor.Zeros([7, 2]), Axis, Axis, 5));
    });
}
