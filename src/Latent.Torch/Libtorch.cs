using System.Runtime.InteropServices;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>Facts about the libtorch in use, and its threads.</summary>
public static unsafe class Libtorch
{
    /// <summary>The version whose headers the native library was compiled against.</summary>
    public static string BuiltVersion => Marshal.PtrToStringUTF8((nint)NativeMethods.lt_version(0))!;

    /// <summary>The version that is running.</summary>
    public static string RunningVersion => Marshal.PtrToStringUTF8((nint)NativeMethods.lt_version(1))!;

    /// <summary>libtorch's own description of its build and its threads.</summary>
    public static string Configuration => Marshal.PtrToStringUTF8((nint)NativeMethods.lt_config())!;

    /// <summary>The native library in use.</summary>
    public static string? LoadedFrom
    {
        get
        {
            _ = BuiltVersion;
            return LibtorchLoader.LoadedFrom;
        }
    }

    /// <summary>Threads that an operator called from this thread may use. Replicas set 1 in each of their threads.</summary>
    public static int Threads
    {
        get => NativeMethods.lt_get_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            NativeMethods.Check(NativeMethods.lt_set_threads(value), "Setting the number of threads");
        }
    }

    /// <summary>
    /// Lets this thread take numbers below the normal range for zero, in libtorch and in C# alike: arithmetic on them is
    /// a hundred times slower, and training has no use for them. Set it on each thread that trains, so that all give the same numbers.
    /// </summary>
    public static void FlushDenormals(bool on = true) =>
        NativeMethods.Check(NativeMethods.lt_set_flush_denormals(on ? 1 : 0), "Flushing denormal numbers");

    internal static void TryFlushDenormals(bool on) => _ = NativeMethods.lt_set_flush_denormals(on ? 1 : 0);

    /// <summary>Whether this thread takes numbers below the normal range for zero now.</summary>
    public static bool FlushesDenormals
    {
        get
        {
            var smallest = float.Epsilon * Volatile.Read(ref one);
            return smallest == 0;
        }
    }

    private static float one = 1; // read at run time, so that the product is computed on the thread's own terms

    /// <summary>Seeds libtorch's own generator of a device, for its operators that draw by themselves.</summary>
    public static void Seed(Device device, ulong seed) =>
        NativeMethods.Check(NativeMethods.lt_seed((int)device.Type, device.Index, seed), "Seeding");
}
