namespace Latent.Torch.Kernels;

/// <summary>Where the gradients of one <see cref="DenseLayer{T}"/> go; null for a gradient that is not needed. What was there is overwritten.</summary>
/// <param name="weight">The gradient of W, contiguous [outputs, inputs].</param>
/// <param name="bias">The gradient of b, [outputs].</param>
internal readonly unsafe struct DenseGradient<T>(T* weight, T* bias) where T : unmanaged
{
    /// <summary>The gradient of W, or null.</summary>
    public T* Weight { get; } = weight;
    /// <summary>The gradient of b, or null.</summary>
    public T* Bias { get; } = bias;
    /// <summary>Whether either gradient is needed.</summary>
    public bool IsNeeded => Weight != null || Bias != null;
}
