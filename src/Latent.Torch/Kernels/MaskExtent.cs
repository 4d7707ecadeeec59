namespace Latent.Torch.Kernels;

/// <summary>A range of a masked layer's inputs or outputs, [First, End).</summary>
/// <param name="First">The first one.</param>
/// <param name="End">One after the last.</param>
internal readonly record struct MaskExtent(int First, int End)
{
    /// <summary>How many there are.</summary>
    public int Count => End - First;

    /// <summary>Those that also lie in another range.</summary>
    public MaskExtent Within(int first, int end)
    {
        var start = Math.Clamp(First, first, end);
        return new(start, Math.Clamp(End, start, end));
    }
}
