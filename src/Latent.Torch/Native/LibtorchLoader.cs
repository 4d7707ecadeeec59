using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Latent.Torch.Native;

/// <summary>Finds and loads the shim, and with it libtorch, at the first native call.</summary>
internal static unsafe class LibtorchLoader
{
    private const string FileName = "liblatent_torch.so";
    private static readonly Lock Gate = new();
    private static nint loaded;

    /// <summary>Where the shim was looked for, in order, with what was found there.</summary>
    public static IReadOnlyList<(string Path, string Finding)> Places => places;
    private static readonly List<(string Path, string Finding)> places = [];

    /// <summary>The shim that was loaded, if any.</summary>
    public static string? LoadedFrom { get; private set; }

    /// <summary>Where eng/setup of the sources that this assembly was compiled from builds the shim.</summary>
    public static string? BuildPath => typeof(LibtorchLoader).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "LatentNative")?.Value;

    public static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library != NativeMethods.Library) return 0;
        lock (Gate) return loaded != 0 ? loaded : loaded = Load();
    }

    private static nint Load()
    {
        ApplyStartUpSettings();
        places.Clear();
        foreach (var candidate in Candidates())
        {
            if (!File.Exists(candidate))
            {
                places.Add((candidate, "no such file"));
                continue;
            }
            if (TryLoad(candidate, out var handle, out var finding))
            {
                places.Add((candidate, "loaded"));
                LoadedFrom = candidate;
                return handle;
            }
            places.Add((candidate, finding));
        }
        throw new LibtorchNotFoundException(places);
    }

    private static bool TryLoad(string path, out nint handle, out string finding)
    {
        try
        {
            finding = "it is not Latent's native library";
            if (!NativeLibrary.TryGetExport(handle = NativeLibrary.Load(path), "lt_initialize", out var export)) return false;
            if (OtherVersion(path, handle) is { } other)
            {
                finding = other;
                return false;
            }
            var initialize = (delegate* unmanaged[Cdecl]<int, int, int>)export;
            if (initialize(IsUnset("MALLOC_TRIM_THRESHOLD_") ? 1 : 0, IsUnset("OMP_NUM_THREADS") ? Environment.ProcessorCount : 0) == 0) return true;
            finding = "its initialization failed";
            return false;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // .NET's advice comes first, the system's reason last.
            handle = 0;
            finding = e.Message.TrimEnd().Split('\n')[^1].Trim();
            return false;
        }
    }

    /// <summary>libtorch's binary interface holds within a minor version only.</summary>
    private static string? OtherVersion(string path, nint handle)
    {
        var version = (delegate* unmanaged[Cdecl]<int, byte*>)NativeLibrary.GetExport(handle, "lt_version");
        var (built, running) = (Marshal.PtrToStringUTF8((nint)version(0))!, Marshal.PtrToStringUTF8((nint)version(1))!);
        static string Minor(string v) => string.Join('.', v.Split('.').Take(2));
        return Minor(built) == Minor(running) || running == "unknown"
            ? null
            : $"built against libtorch {built}, but {running} is loaded; run eng/setup again with the libtorch you want";
    }

    private static bool IsUnset(string variable) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("LATENT_NATIVE") is { Length: > 0 } file)
        {
            yield return Path.GetFullPath(file);
            yield break;
        }
        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "native", "torch_shim.h"))) continue;
            yield return Path.Combine(folder.FullName, "build", "native", FileName);
        }
        if (BuildPath is { } path && !path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal)) yield return path;
    }

    /// <summary>What libtorch and OpenMP read from the environment when they load; a user's own setting stays.</summary>
    private static void ApplyStartUpSettings()
    {
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported) SetIfAbsent("ATEN_CPU_CAPABILITY", "avx512");
    }

    // .NET keeps its own copy of the environment: native code sees only what setenv wrote.
    private static void SetIfAbsent(string name, string value)
    {
        fixed (byte* n = Encoding.UTF8.GetBytes(name + '\0'), v = Encoding.UTF8.GetBytes(value + '\0')) setenv(n, v, 0);
    }

    [DllImport("libc")] private static extern int setenv(byte* name, byte* value, int overwrite);
}
