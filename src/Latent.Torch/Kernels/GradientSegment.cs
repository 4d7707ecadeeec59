namespace Latent.Torch.Kernels;

/// <summary>The gradients of one parameter that lies in a flat buffer: one array per replica, to be summed.</summary>
/// <param name="offset">The parameter's first element in the flat buffer.</param>
/// <param name="length">The parameter's number of elements.</param>
/// <param name="gradients">A pointer per replica to that replica's gradient of <paramref name="length"/> elements, or null where it has none.</param>
/// <param name="replicas">Number of pointers.</param>
internal readonly unsafe struct GradientSegment<T>(long offset, long length, T** gradients, int replicas) where T : unmanaged
{
    /// <summary>The parameter's first element in the flat buffer.</summary>
    public long Offset { get; } = offset;
    /// <summary>The parameter's number of elements.</summary>
    public long Length { get; } = length;
    /// <summary>A pointer per replica.</summary>
    public T** Gradients { get; } = gradients;
    /// <summary>Number of replicas.</summary>
    public int Replicas { get; } = replicas;

    /// <summary>Whether any replica has a gradient. A parameter without one is left alone by optimizers, moments included.</summary>
    public bool HasGradient
    {
        get
        {
            for (var r = 0; r < Replicas; r++)
            {
                if (Gradients[r] != null) return true;
            }
            return false;
        }
    }
}
