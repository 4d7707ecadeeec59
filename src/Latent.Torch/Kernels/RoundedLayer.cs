namespace Latent.Torch.Kernels;

/// <summary>Where the factors of one layer's products lie rounded, for the whole batch; all null where the products take the factors as they are.</summary>
/// <param name="weight">W, [outputs, inputs].</param>
/// <param name="input">x, [rows, inputs].</param>
/// <param name="gradient">The gradient of the product, [rows, outputs]; null in the forward pass.</param>
internal readonly unsafe struct RoundedLayer(BFloat16* weight, BFloat16* input, BFloat16* gradient)
{
    /// <summary>W.</summary>
    public BFloat16* Weight { get; } = weight;
    /// <summary>x.</summary>
    public BFloat16* Input { get; } = input;
    /// <summary>The gradient of the product.</summary>
    public BFloat16* Gradient { get; } = gradient;
    /// <summary>Whether the products take bfloat16.</summary>
    public bool IsUsed => Weight != null;
}
