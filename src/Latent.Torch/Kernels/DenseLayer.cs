namespace Latent.Torch.Kernels;

/// <summary>One layer y = f(W x + b) of a multilayer perceptron, by pointers to its parameters.</summary>
/// <param name="inputs">Length of x.</param>
/// <param name="outputs">Length of y.</param>
/// <param name="weight">W, contiguous [outputs, inputs]; for a masked layer the masked weights.</param>
/// <param name="bias">b, [outputs], or null for none.</param>
/// <param name="activation">f.</param>
/// <param name="extents">Where <paramref name="weight"/> is not zero, as <see cref="MaskExtents.Pointer"/> says; null for everywhere.</param>
internal readonly unsafe struct DenseLayer<T>(int inputs, int outputs, T* weight, T* bias, Activation activation, MaskExtent* extents = null) where T : unmanaged
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

    /// <summary>Whether products go block by block, as the weights are zero in places.</summary>
    public bool HasBlocks => extents != null;

    /// <summary>How many of so many inputs or outputs a product takes at a time.</summary>
    public int Block(int count) => HasBlocks ? MaskExtents.Block : count;

    /// <summary>The inputs that a block of outputs sees, from its first output.</summary>
    public MaskExtent SeenFrom(int output) => HasBlocks ? extents[output / MaskExtents.Block] : new(0, Inputs);

    /// <summary>The outputs that see a block of inputs, from its first input.</summary>
    public MaskExtent Seeing(int input) => HasBlocks ? extents[MaskExtents.Blocks(Outputs) + input / MaskExtents.Block] : new(0, Outputs);
}
