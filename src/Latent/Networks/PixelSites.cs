using System.Runtime.CompilerServices;
using Latent.Torch;

namespace Latent.Networks;

/// <summary>Which numbers of a causal network of pictures belong to which site: an element, or a pixel with all its colours.</summary>
internal sealed class PixelSites
{
    private readonly Shape picture;
    private readonly long outputs;

    /// <summary>The sites of pictures [C, H, W], each with so many numbers.</summary>
    /// <exception cref="ArgumentException">The shape is none of a picture, or a size is below 1.</exception>
    public PixelSites(Shape picture, long outputs, bool isPixelwise)
    {
        if (picture.Rank != 3) throw new ArgumentException($"A picture has the shape [C, H, W], not {picture}: reshape the examples.", nameof(picture));
        foreach (var size in picture) Arguments.Positive(size, nameof(picture));
        (this.picture, this.outputs) = (picture, Arguments.Positive(outputs));
        Colors = isPixelwise ? 1 : picture[0];
    }

    /// <summary>Colours that are predicted one after the other.</summary>
    public long Colors { get; }

    /// <summary>Numbers for a pixel: those of its colours one after the other.</summary>
    public long PerPixel => Colors * outputs;

    /// <summary>W.</summary>
    public long Width => picture[2];

    /// <summary>The batch axes of pictures.</summary>
    /// <exception cref="ArgumentException">They have another shape.</exception>
    public Shape BatchOf(Tensor x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x.Shape is [.. var batch, var channels, var height, var width] && channels == picture[0] && height == picture[1] && width == picture[2]
            ? batch
            : throw Arguments.Misshapen(x, $"[*, channels = {picture[0]}, H = {picture[1]}, W = {picture[2]}]", "Give pictures of the size that the network was built for.", name);

    /// <summary>[N, H, W, numbers of a pixel] → [N, sites, P].</summary>
    public Tensor Split(Tensor y) => Colors == 1
        ? y.Flatten(1, 2)
        : y.Flatten(1, 2).Unflatten(-1, Colors, outputs).Transpose(1, 2).Flatten(1, 2); // [N, H W, C, P] → [N, C, H W, P] → [N, C H W, P]

    /// <summary>The numbers of a site among those of its pixel, [N, numbers of a pixel] → [N, P].</summary>
    public Tensor At(Tensor y, long site) => Colors == 1 ? y : y.Unflatten(-1, Colors, outputs).Select(-2, site / (picture[1] * picture[2]));

    /// <summary>Where a site's pixel lies.</summary>
    public (long Row, long Column) Place(long site) => Math.DivRem(site % (picture[1] * picture[2]), Width);

    /// <summary>The sites in raster order, of each pixel its colours in theirs.</summary>
    public IReadOnlyList<long> Order
    {
        get
        {
            var pixels = picture[1] * picture[2];
            var order = new long[Colors * pixels];
            for (var k = 0; k < order.Length; k++) order[k] = k % Colors * pixels + k / Colors;
            return order;
        }
    }

    /// <summary>Which of the inputs an output may see by its colour: [outputs, inputs], both in equal runs for the colours. Gates have two such halves of outputs.</summary>
    public Tensor ColorMask(long outputs, long inputs, MaskType type, int halves = 1)
    {
        var mask = new bool[halves * outputs * inputs];
        for (var o = 0L; o < halves * outputs; o++)
            for (var i = 0L; i < inputs; i++)
            {
                var (own, other) = (o % outputs * Colors / outputs, i * Colors / inputs);
                mask[o * inputs + i] = type == MaskType.A ? other < own : other <= own;
            }
        return Tensor.From(mask, halves * outputs, inputs);
    }
}
