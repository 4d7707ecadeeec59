namespace Latent.Torch.Kernels;

/// <summary>One layer y = f(W x + b) of a multilayer perceptron, by pointers to its parameters.</summary>
/// <param name="inputs">Length of x.</param>
/// <param name="outputs">Length of y.</param>
/// <param name="weight">W, contiguous [outputs, inputs]; for a masked layer the masked weights.</param>
/// <param name="bias">b, [outputs], or null for none.</param>
/// <param name="activation">f.</param>
internal readonly unsafe struct DenseLayer<T>(int inputs, int outputs, T* weight, T* bias, Activation activation) where T : unmanaged
{
    /// <summary>Length of x.</summary>
    public int Inputs { get; } = inputs;
    /// <summary>Length of y.</summary>
    public int Outputs { get; } = outputs;
    /// <summary>W, [outputs, inputs].</summary>
    public T* Weight { get; } = weight;
    /// <summary>b, [outputs], or null.</summary>
    public T* Bias { get; } = bias;
    /// <summary>f.</summary>
    public Activation Activation { get; } = activation;
}
