namespace Latent.Torch.Kernels;

/// <summary>The sizes of a <see cref="FusedGatedConvolution"/>.</summary>
internal sealed class GatedConvolutionShape
{
    public GatedConvolutionShape(Shape inputs, GatedConvolution layer, Shape? condition)
    {
        (Images, Height, Width, Inputs) = (checked((int)inputs[0]), checked((int)inputs[1]), checked((int)inputs[2]), checked((int)inputs[3]));
        Channels = checked((int)layer.Output.Shape[0]);
        (Rows, Columns, Taps, IsResidual) = (layer.Rows, layer.Columns, layer.Taps, layer.IsResidual);
        (ConditionedImages, Conditions) = condition is { } shape ? (checked((int)shape[0]), checked((int)shape[1])) : (0, 0);
    }

    public int Images { get; }
    public int Height { get; }
    public int Width { get; }
    public int Inputs { get; }
    public int Channels { get; }
    public int Rows { get; }
    public int Columns { get; }
    public int Taps { get; }
    public bool IsResidual { get; }

    /// <summary>All images; 1 if they share their conditions; 0 if there are none.</summary>
    public int ConditionedImages { get; }

    /// <summary>Conditions of an image: one for each pixel, 1, or 0.</summary>
    public int Conditions { get; }

    public int Pixels => Height * Width;

    /// <summary>Channels before a gate.</summary>
    public int Gated => 2 * Channels;

    /// <summary>Columns of the vertical weights.</summary>
    public int VerticalDepth => Rows * Columns * Inputs;

    /// <summary>Columns of the horizontal weights.</summary>
    public int HorizontalDepth => Taps * Inputs + Gated;

    /// <summary>Columns of zeros on each side of an image for the vertical stack, and before it for the horizontal one.</summary>
    public int Margin => Columns / 2;

    public Shape Features => [Images, Height, Width, Channels];

    public Shape Gates => [Images, Height, Width, Gated];

    public Shape Condition => [ConditionedImages, Conditions, 2 * Gated];
}
