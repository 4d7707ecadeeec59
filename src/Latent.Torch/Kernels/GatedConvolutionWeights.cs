namespace Latent.Torch.Kernels;

/// <summary>Weights and biases of a <see cref="GatedConvolution"/> in memory, or their gradients.</summary>
internal readonly unsafe struct GatedConvolutionWeights<T>(T* vertical, T* verticalBias, T* horizontal, T* horizontalBias, T* output, T* outputBias) where T : unmanaged
{
    public T* Vertical { get; } = vertical;
    public T* VerticalBias { get; } = verticalBias;
    public T* Horizontal { get; } = horizontal;
    public T* HorizontalBias { get; } = horizontalBias;
    public T* Output { get; } = output;
    public T* OutputBias { get; } = outputBias;
}
