using Latent.Torch;

namespace Latent.Networks;

/// <summary>A convolution of images (cross-correlation, as everywhere in deep learning): y[o] = b[o] + Σ_i W[o, i] ⋆ x[i].</summary>
/// <remarks>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H', W'] with H' = ⌊(H + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1;
/// parameters <c>weight</c> [outputs, inputs / groups, kernel height, kernel width], <c>bias</c> [outputs], as PyTorch's <c>Conv2d</c>.</para>
/// <para>Initial values: weight and bias uniform on ±1/√fan, where fan = inputs / groups · kernel height · kernel width, if no others are given.</para>
/// </remarks>
public sealed class Conv2d
{
    private readonly long inputs;
    private readonly Size2d stride;
    private readonly Size2d padding;
    private readonly Size2d dilation;
    private readonly long groups;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Size of the kernel.</param>
    /// <param name="stride">Steps of the kernel; 1 if not given.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="dilation">Distance between the taps of the kernel; 1 if not given.</param>
    /// <param name="groups">Input and output channels fall into so many groups, each convolved by itself.</param>
    /// <param name="weight">First values of the weights, if not the usual ones.</param>
    /// <param name="bias">First values of the biases, if not the usual ones.</param>
    /// <exception cref="ArgumentException">A size is out of range, or the channels do not divide into the groups.</exception>
    public Conv2d(
        Init init, long inputs, long outputs, Size2d kernel, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null, long groups = 1, bool hasBias = true,
        Initializer? weight = null, Initializer? bias = null)
    {
        this.inputs = Arguments.MultipleOf(groups, inputs);
        this.stride = Size2d.Positive(stride ?? 1, nameof(stride));
        this.padding = Size2d.NotNegative(padding);
        this.dilation = Size2d.Positive(dilation ?? 1, nameof(dilation));
        this.groups = groups;
        Size2d.Positive(kernel);
        var fan = inputs / groups * kernel.Height * kernel.Width;
        Weight = init.Parameter("weight", [Arguments.MultipleOf(groups, outputs), inputs / groups, kernel.Height, kernel.Width], weight ?? Initializers.FanIn(fan));
        if (hasBias) Bias = init.Parameter("bias", [outputs], bias ?? Initializers.FanIn(fan));
    }

    /// <summary>W, [outputs, inputs / groups, kernel height, kernel width].</summary>
    public Tensor Weight { get; }

    /// <summary>b, [outputs]; null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <summary>Convolves images.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = BatchAxes.OfImages(x, inputs);
        return Tensor.Conv2d(x.MergeBatch(batch), Weight, Bias, [stride.Height, stride.Width], [padding.Height, padding.Width], [dilation.Height, dilation.Width], groups).SplitBatch(batch);
    }
}
