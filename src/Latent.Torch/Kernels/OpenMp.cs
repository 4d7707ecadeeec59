using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary>How many threads the native matrix products use when the current thread calls them.</summary>
/// <remarks>The setting belongs to the calling thread: a thread that works on its own share of a batch sets 1 for itself and leaves the others alone.</remarks>
internal static unsafe class OpenMp
{
    private static readonly delegate* unmanaged<int, void> s_setNumThreads = Find();

    /// <summary>Sets the current thread's number of threads. Does nothing where there is no OpenMP runtime, and so no threaded product either.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public static void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (s_setNumThreads != null) s_setNumThreads(threads);
    }

    private static delegate* unmanaged<int, void> Find() =>
        NativeLibrary.TryLoad("libgomp.so.1", out var library) && NativeLibrary.TryGetExport(library, "omp_set_num_threads", out var symbol)
            ? (delegate* unmanaged<int, void>)symbol
            : null;
}
