using System.Runtime.InteropServices;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The BLAS that libtorch uses.</summary>
/// <param name="Name"><c>OpenBLAS</c>, <c>MKL</c>, <c>BLIS</c>, <c>ATLAS</c>, <c>reference BLAS</c> or <c>unknown</c>.</param>
/// <param name="File">The file; null where it is part of libtorch itself.</param>
/// <param name="Version">Its version, if it tells.</param>
/// <param name="Core">OpenBLAS: the processor family that its kernels are made for.</param>
/// <param name="Threading">OpenBLAS: <c>openmp</c>, <c>pthread</c> or <c>none</c>.</param>
/// <param name="OpenMpBuild">The folder of Debian's OpenMP build of OpenBLAS, if it is installed.</param>
internal sealed record BlasFacts(string Name, string? File, string? Version, string? Core, string? Threading, string? OpenMpBuild)
{
    public const string OpenBlas = "OpenBLAS", Mkl = "MKL", Reference = "reference BLAS", Unknown = "unknown";

    public static BlasFacts Read(MappedLibraries mapped, string configuration)
    {
        var (name, file) = Identify(mapped, configuration);
        var openMpBuild = Directory.Exists("/usr/lib")
            ? Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(d => Path.Combine(d, "openblas-openmp")).FirstOrDefault(Directory.Exists)
            : null;
        var version = name == Mkl ? Excerpt.After(configuration, "Math Kernel Library Version ", "- \n") : null;
        return name == OpenBlas ? AskOpenBlas(file!, openMpBuild) : new(name, file, version, null, null, openMpBuild);
    }

    /// <summary>Which of the mapped libraries is libtorch's BLAS.</summary>
    /// <remarks>
    /// Debian's libtorch links to <c>libblas.so.3</c>, which is one of several by the folder it lies in; a release of
    /// PyTorch contains MKL, or brings its own OpenBLAS.
    /// </remarks>
    public static (string Name, string? File) Identify(MappedLibraries mapped, string configuration)
    {
        var kernels = mapped.Of("libopenblas").FirstOrDefault();
        if (mapped.Of("libblas.so").FirstOrDefault() is { } generic)
        {
            var folder = Path.GetFileName(Path.GetDirectoryName(generic))!;
            return folder.StartsWith("openblas", StringComparison.Ordinal) ? (OpenBlas, kernels ?? generic)
                : folder == "atlas" ? ("ATLAS", generic)
                : folder.StartsWith("blis", StringComparison.Ordinal) ? ("BLIS", generic)
                : (Reference, generic);
        }
        if (mapped.Of("libmkl_").FirstOrDefault() is { } mkl) return (Mkl, mkl);
        if (configuration.Contains("BLAS_INFO=mkl", StringComparison.Ordinal)) return (Mkl, null);
        if (kernels is not null) return (OpenBlas, kernels);
        if (mapped.Of("libblis").FirstOrDefault() is { } blis) return ("BLIS", blis);
        return (Unknown, null);
    }

    private static unsafe BlasFacts AskOpenBlas(string file, string? openMpBuild)
    {
        if (!NativeLibrary.TryLoad(file, out var library)) return new(OpenBlas, file, null, null, null, openMpBuild);
        string? Text(string function) => NativeLibrary.TryGetExport(library, function, out var f)
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)f)())
            : null;
        var threading = NativeLibrary.TryGetExport(library, "openblas_get_parallel", out var parallel)
            ? ((delegate* unmanaged<int>)parallel)() switch { 0 => "none", 1 => "pthread", 2 => "openmp", _ => null }
            : null;
        return new(OpenBlas, file, VersionIn(Text("openblas_get_config") ?? ""), Text("openblas_get_corename"), threading, openMpBuild);
    }

    /// <summary>Reads OpenBLAS's description, which begins <c>OpenBLAS 0.3.21 …</c>.</summary>
    public static string? VersionIn(string configuration) => Excerpt.After(configuration, "OpenBLAS ", " ");
}
