using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary>The OpenMP threads that libtorch and the native matrix products use, and our own loops on the same threads.</summary>
/// <remarks>
/// A team's threads wait for more work by spinning. Loops of ours on other threads would compete with them for the cores;
/// on the team they start within about a microsecond. A matrix product inside such a loop uses one thread.
/// </remarks>
internal static unsafe class OpenMp
{
    private static readonly nint s_library = NativeLibrary.TryLoad(Loaded() ?? "libgomp.so.1", out var library) ? library : 0;
    private static readonly delegate* unmanaged<int, void> s_setNumThreads = (delegate* unmanaged<int, void>)Symbol("omp_set_num_threads");
    private static readonly delegate* unmanaged<int> s_getMaxThreads = (delegate* unmanaged<int>)Symbol("omp_get_max_threads");
    private static readonly delegate* unmanaged<int> s_getThreadNum = (delegate* unmanaged<int>)Symbol("omp_get_thread_num");
    private static readonly delegate* unmanaged<int> s_getNumThreads = (delegate* unmanaged<int>)Symbol("omp_get_num_threads");
    private static readonly delegate* unmanaged<int> s_inParallel = (delegate* unmanaged<int>)Symbol("omp_in_parallel");
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> s_parallel =
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)Symbol("GOMP_parallel");

    /// <summary>
    /// The threads that work called from the current thread may use; 1 on a team's own threads, and where there is no OpenMP. The
    /// setting belongs to the thread: one that works on its own share of a batch sets 1 and leaves the others alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is not positive.</exception>
    public static int Threads
    {
        get => s_library == 0 || s_inParallel() != 0 ? 1 : s_getMaxThreads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            if (s_library != 0) s_setNumThreads(value);
        }
    }

    /// <summary>Calls <paramref name="body"/> with 0, …, parts − 1 at the same time, and returns when all are done.</summary>
    /// <remarks>On the current thread's OpenMP team if that is large enough; else on the team of replicas that it made; else on the thread pool.</remarks>
    public static void Run(int parts, Action<int> body)
    {
        if (parts == 1)
        {
            body(0);
        }
        else if (Threads < parts)
        {
            if (ReplicaTeam.Idle is { } team) team.Run(parts, body);
            else Parallel.For(0, parts, body);
        }
        else
        {
            using var work = new GCHandle<Work>(new(parts, body));
            s_parallel(&RunShare, GCHandle<Work>.ToIntPtr(work), (uint)parts, 0);
            work.Target.Error?.Throw();
        }
    }

    /// <summary>The runtime that libtorch brought: PyTorch's packages have one of their own, and a second would know nothing of its threads.</summary>
    private static string? Loaded() => !File.Exists("/proc/self/maps") ? null : File.ReadLines("/proc/self/maps")
        .Select(line => line[Math.Max(0, line.IndexOf('/', StringComparison.Ordinal))..])
        .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libgomp", StringComparison.Ordinal));

    private static nint Symbol(string name) => s_library == 0 ? 0 : NativeLibrary.GetExport(s_library, name);

    [UnmanagedCallersOnly]
    private static void RunShare(nint handle)
    {
        var work = GCHandle<Work>.FromIntPtr(handle).Target;
        try
        {
            // The team may be smaller than asked for.
            var threads = s_getNumThreads();
            for (var part = s_getThreadNum(); part < work.Parts; part += threads) work.Body(part);
        }
        catch (Exception error)
        {
            // Nothing may cross native frames.
            work.Error = ExceptionDispatchInfo.Capture(error);
        }
    }

    private sealed class Work(int parts, Action<int> body)
    {
        public int Parts => parts;
        public Action<int> Body => body;
        public ExceptionDispatchInfo? Error { get; set; }
    }
}
