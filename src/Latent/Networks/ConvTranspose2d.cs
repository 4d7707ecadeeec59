using Latent.Torch;

namespace Latent.Networks;

/// <summary>The transpose of the convolution from y to x: each pixel of x adds its multiple of the kernel to y.</summary>
/// <remarks>
/// <para>Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning, chapter 4.</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H', W'] with H' = (H − 1) stride − 2 padding + dilation (kernel − 1) + outputPadding + 1;
/// parameters <c>weight</c> [inputs, outputs / groups, kernel height, kernel width], <c>bias</c> [outputs], as PyTorch's <c>ConvTranspose2d</c>.</para>
/// <para>Initial values: weight and bias uniform on ±1/√fan, where fan = outputs / groups · kernel height · kernel width, if no others are given.</para>
/// </remarks>
public sealed class ConvTranspose2d
{
    private readonly long inputs;
    private readonly Size2d stride;
    private readonly Size2d padding;
    private readonly Size2d outputPadding;
    private readonly Size2d dilation;
    private readonly long groups;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Size of the kernel.</param>
    /// <param name="stride">Distance in y between neighbours of x; 1 if not given.</param>
    /// <param name="padding">Rows and columns taken off on each side of y.</param>
    /// <param name="outputPadding">Rows and columns added below and right of y: which of the sizes that the convolution maps to that of x is meant.</param>
    /// <param name="dilation">Distance between the taps of the kernel; 1 if not given.</param>
    /// <param name="groups">Input and output channels fall into so many groups, each convolved by itself.</param>
    /// <param name="weight">First values of the weights, if not the usual ones.</param>
    /// <param name="bias">First values of the biases, if not the usual ones.</param>
    /// <exception cref="ArgumentException">A size is out of range, or the channels do not divide into the groups.</exception>
    public ConvTranspose2d(
        Init init, long inputs, long outputs, Size2d kernel, Size2d? stride = null, Size2d padding = default, Size2d outputPadding = default,
        Size2d? dilation = null, long groups = 1, bool hasBias = true, Initializer? weight = null, Initializer? bias = null)
    {
        this.inputs = Arguments.MultipleOf(groups, inputs);
        this.stride = Size2d.Positive(stride ?? 1, nameof(stride));
        this.padding = Size2d.NotNegative(padding);
        this.outputPadding = Size2d.NotNegative(outputPadding);
        this.dilation = Size2d.Positive(dilation ?? 1, nameof(dilation));
        this.groups = groups;
        Size2d.Positive(kernel);
        var fan = Arguments.MultipleOf(groups, outputs) / groups * kernel.Height * kernel.Width;
        Weight = init.Parameter("weight", [inputs, outputs / groups, kernel.Height, kernel.Width], weight ?? Initializers.FanIn(fan));
        if (hasBias) Bias = init.Parameter("bias", [outputs], bias ?? Initializers.FanIn(fan));
    }

    /// <summary>W, [inputs, outputs / groups, kernel height, kernel width].</summary>
    public Tensor Weight { get; }

    /// <summary>b, [outputs]; null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <summary>Spreads images.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = BatchAxes.OfImages(x, inputs);
        return Tensor.ConvTranspose2d(x.MergeBatch(batch), Weight, Bias, [stride.Height, stride.Width], [padding.Height, padding.Width], [outputPadding.Height, outputPadding.Width], groups, [dilation.Height, dilation.Width]).SplitBatch(batch);
    }
}
