using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// A causal network of pictures: a masked convolution of type A that hides the pixel itself, residual blocks of type B, and two
/// 1×1 convolutions. The outputs of a pixel depend on pixels before it in raster order, those of a colour also on the colours before it.
/// </summary>
/// <remarks>
/// <para>Source: van den Oord et al. 2016, Pixel recurrent neural networks, section 3 and table 1 (the PixelCNN): a block is
/// h + W₃ ⋆ f(W₂ ⋆ f(W₁ ⋆ f(h))) with kernels 1×1, 3×3, 1×1 and half the channels in between, f = ReLU.</para>
/// <para>Shapes: x [*, C, H, W] → [*, sites, P]. Sites are the elements in row-major order, C H W of them; where all colours of a pixel are
/// predicted together, the pixels, H W of them.</para>
/// <para>Of the pixels above to the right such a stack does not see all: that is its blind spot, which <see cref="GatedPixelCnn"/> has not.</para>
/// </remarks>
public sealed class PixelCnn
{
    private const int Middle = 3; // the kernel of a block

    private readonly MaskedConv2d first;
    private readonly MaskedConv2d[][] blocks;
    private readonly MaskedConv2d hidden;
    private readonly MaskedConv2d last;
    private readonly PixelSites sites;
    private readonly (long Channels, long Above)[] wide; // of the inputs of the first and of the blocks' 3×3 convolutions, and how many rows above they see

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="picture">The shape of an example, [C, H, W].</param>
    /// <param name="outputs">P, the numbers for each site.</param>
    /// <param name="channels">Half the features of a pixel, the paper's h, a multiple of the colours that are predicted one after the other.</param>
    /// <param name="layers">How many residual blocks there are.</param>
    /// <param name="isPixelwise">Whether a site is a pixel with all its colours; else it is an element.</param>
    /// <param name="kernel">The size of the first kernel, odd.</param>
    /// <exception cref="ArgumentException">A size is out of range, or channels do not divide into colours.</exception>
    public PixelCnn(Init init, Shape picture, long outputs, long channels, int layers, bool isPixelwise = false, long kernel = 7)
    {
        sites = new(picture, outputs, isPixelwise);
        var colors = sites.Colors;
        var features = 2 * Arguments.MultipleOf(colors, channels);
        first = new(init["first"], MaskType.A, picture[0], features, kernel, colors);
        blocks = new MaskedConv2d[Arguments.Positive(layers)][];
        for (var l = 0; l < layers; l++)
        {
            var place = init[l];
            blocks[l] =
            [
                new(place["in"], MaskType.B, features, channels, 1, colors),
                new(place["middle"], MaskType.B, channels, channels, Middle, colors),
                new(place["out"], MaskType.B, channels, features, 1, colors),
            ];
        }
        hidden = new(init["hidden"], MaskType.B, features, features, 1, colors);
        last = new(init["last"], MaskType.B, features, sites.PerPixel, 1, colors);
        wide = [(picture[0], kernel / 2), .. Enumerable.Repeat((channels, Middle / 2L), layers)];
    }

    /// <summary>The numbers for each site, from those before it.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, C, H, W] of the network's sizes.</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = sites.BatchOf(x);
        return sites.Split(Pass(x.MergeBatch(batch), (convolution, _, h) => convolution.Forward(h))).SplitBatch(batch);
    }

    /// <summary>The sites in the order in which each depends on those before.</summary>
    internal IReadOnlyList<long> Order => sites.Order;

    /// <summary>The same site by site, in their order, x being filled in: each call computes the site's row alone, from what is kept of the rows above.</summary>
    internal Func<long, Tensor> Sequence(Tensor x)
    {
        var batch = sites.BatchOf(x);
        var picture = x.MergeBatch(batch); // a view: what is drawn appears in it
        var count = batch.Elements;
        Tensor Rows((long Channels, long) input, long rows) => Tensor.Zeros([count, input.Channels, rows, sites.Width], dtype: x.ElementType, device: x.Device);
        Tensor[] above = [.. wide.Select(input => Rows(input, input.Above))], now = [.. wide.Select(input => Rows(input, 1))];
        var row = 0L;
        return site =>
        {
            var (r, column) = sites.Place(site);
            if (r > row)
            {
                now[0].CopyInPlace(picture.Narrow(2, row, 1)); // complete by now
                for (var i = 0; i < above.Length; i++) above[i].CopyInPlace(Tensor.Cat([above[i].Slice(2, 1), now[i]], 2));
                row = r;
            }
            var y = Pass(picture.Narrow(2, r, 1), (convolution, i, h) =>
            {
                now[i].CopyInPlace(h);
                return convolution.Forward(Tensor.Cat([above[i], h], 2)).Narrow(2, wide[i].Above, 1);
            });
            return sites.At(y.Select(1, 0).Select(1, column), site).SplitBatch(batch);
        };
    }

    /// <summary>[N, C, H, W] → [N, H, W, numbers of a pixel], where <paramref name="convolve"/> applies the convolutions that see further than the pixel, numbered.</summary>
    private Tensor Pass(Tensor x, Func<MaskedConv2d, int, Tensor, Tensor> convolve)
    {
        var h = convolve(first, 0, x);
        for (var l = 0; l < blocks.Length; l++)
        {
            var inner = blocks[l][0].Forward(h.Relu());
            inner = convolve(blocks[l][1], l + 1, inner.Relu());
            h += blocks[l][2].Forward(inner.Relu());
        }
        h = hidden.Forward(h.Relu());
        return last.Forward(h.Relu()).Permute(0, 2, 3, 1);
    }
}
