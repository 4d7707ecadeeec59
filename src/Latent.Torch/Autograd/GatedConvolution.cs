namespace Latent.Torch;

/// <summary>The parameters of a layer of <see cref="FusedGatedConvolution"/> with C channels over Ci channels.</summary>
/// <param name="Rows">R, the rows that a kernel of the vertical stack covers: those up to the pixel's own.</param>
/// <param name="Columns">K, the columns that it covers, an odd number, the pixel's own in the middle.</param>
/// <param name="Taps">T, the pixels of the row that a kernel of the horizontal stack covers: from ⌊K/2⌋ before the pixel on, itself included if T = ⌊K/2⌋ + 1.</param>
/// <param name="IsResidual">Whether the horizontal stack's input is added to its output.</param>
/// <param name="Vertical">[2 C, R K Ci], the columns row by row, pixel by pixel.</param>
/// <param name="VerticalBias">[2 C].</param>
/// <param name="Horizontal">[2 C, T Ci + 2 C]: the pixels of the row, then the vertical stack's features of the row above.</param>
/// <param name="HorizontalBias">[2 C].</param>
/// <param name="Output">[C, C], of the 1×1 convolution after the gate.</param>
/// <param name="OutputBias">[C].</param>
public readonly record struct GatedConvolution(
    int Rows, int Columns, int Taps, bool IsResidual, Tensor Vertical, Tensor VerticalBias, Tensor Horizontal, Tensor HorizontalBias, Tensor Output, Tensor OutputBias);
