using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// A convolution that sees only pixels before the one it stands on, in raster order, and of that pixel only the colours that
/// the mask lets through: y = (W ∘ M) ⋆ x + b.
/// </summary>
/// <remarks>
/// <para>Source: van den Oord et al. 2016, Pixel recurrent neural networks, section 3.4. A kernel of height 1 is the horizontal stack
/// of van den Oord et al. 2016, Conditional image generation with PixelCNN decoders.</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H, W]; parameters <c>weight</c> [outputs, inputs, kernel height, kernel width],
/// <c>bias</c> [outputs]; buffer <c>mask</c> of the weight's shape.</para>
/// <para>Colours: inputs and outputs fall into <c>colors</c> equal runs of channels; run k of the outputs sees, at its own pixel, runs
/// before k (type A) or up to k (type B). With one colour the pixel itself is hidden (A) or seen (B).</para>
/// <para>Initial values: those of <see cref="Conv2d"/>, as if nothing were masked.</para>
/// </remarks>
public sealed class MaskedConv2d
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly Tensor mask;
    private readonly long inputs;
    private readonly Size2d padding;

    /// <summary>Takes the parameters and the mask's place from <paramref name="init"/>.</summary>
    /// <param name="type">What is seen of the pixel itself.</param>
    /// <param name="inputs">Channels of x, a multiple of <paramref name="colors"/>.</param>
    /// <param name="outputs">Channels of y, a multiple of <paramref name="colors"/>.</param>
    /// <param name="kernel">Size of the kernel, odd, so that it has a centre.</param>
    /// <param name="colors">How many colours a pixel has that are predicted one after the other: 3 for RGB, 1 where channels do not see each other.</param>
    /// <exception cref="ArgumentException">A size is out of range, or the kernel is even, or the channels do not divide into the colours.</exception>
    public MaskedConv2d(Init init, MaskType type, long inputs, long outputs, Size2d kernel, long colors = 1, bool hasBias = true)
    {
        this.inputs = Arguments.MultipleOf(colors, inputs);
        Arguments.MultipleOf(colors, outputs);
        Size2d.Positive(kernel);
        if (kernel.Height % 2 == 0 || kernel.Width % 2 == 0)
            throw new ArgumentException($"The kernel has no centre, being {kernel.Height}×{kernel.Width}; take odd sizes, such as {kernel.Height | 1}×{kernel.Width | 1}.", nameof(kernel));
        padding = (kernel.Height / 2, kernel.Width / 2);
        Shape shape = [outputs, inputs, kernel.Height, kernel.Width];
        var fan = inputs * kernel.Height * kernel.Width;
        weight = init.Parameter("weight", shape, Initializers.FanIn(fan));
        if (hasBias) bias = init.Parameter("bias", [outputs], Initializers.FanIn(fan));
        mask = init.Buffer("mask", () => Tensor.From(Mask(type, shape, colors), shape).To(init.ElementType));
    }

    /// <summary>y = (W ∘ M) ⋆ x + b.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = BatchAxes.OfImages(x, inputs);
        return Tensor.Conv2d(x.MergeBatch(batch), weight * mask, bias, padding: [padding.Height, padding.Width]).SplitBatch(batch);
    }

    private static bool[] Mask(MaskType type, Shape shape, long colors)
    {
        var (outputs, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var mask = new bool[shape.Elements];
        var next = 0;
        for (long o = 0; o < outputs; o++)
            for (long i = 0; i < inputs; i++)
            {
                var (outputColor, inputColor) = (o * colors / outputs, i * colors / inputs);
                var seesCentre = type == MaskType.A ? inputColor < outputColor : inputColor <= outputColor;
                for (long row = 0; row < height; row++)
                    for (long column = 0; column < width; column++)
                    {
                        var isCentre = row == height / 2 && column == width / 2;
                        var isBefore = row < height / 2 || (row == height / 2 && column < width / 2);
                        mask[next++] = isBefore || (isCentre && seesCentre);
                    }
            }
        return mask;
    }
}
