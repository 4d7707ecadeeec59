using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary>Uninitialized working memory, aligned to a cache line so that no load of a vector spans two.</summary>
internal readonly unsafe ref struct AlignedMemory<T>(long count) : IDisposable where T : unmanaged
{
    private const int CacheLine = 64;

    /// <summary>The first element.</summary>
    public T* Pointer { get; } = (T*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, count) * (nuint)sizeof(T), CacheLine);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
