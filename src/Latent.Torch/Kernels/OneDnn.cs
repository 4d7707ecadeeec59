using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary>oneDNN's library, which generates its code for the processor at hand.</summary>
internal static class OneDnn
{
    private static readonly string[] s_files = ["libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"];

    /// <summary>The first installed library that has a function, and the function's address.</summary>
    public static bool TryFind(string function, out string file, out nint symbol)
    {
        foreach (var candidate in s_files)
        {
            if (!NativeLibrary.TryLoad(candidate, out var library) || !NativeLibrary.TryGetExport(library, function, out symbol)) continue;
            file = candidate;
            return true;
        }
        (file, symbol) = ("", 0);
        return false;
    }
}
