using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>What does the arithmetic: BLAS, oneDNN, the products of the fused kernels, and threads.</summary>
internal static class KernelChecks
{
    private const string InstallOpenMpBuild = "sudo apt-get install libopenblas0-openmp";

    public static IEnumerable<Finding> Of(MachineFacts facts) =>
        [BlasOf(facts), OneDnnOf(facts.Native.Libtorch), ProductsOf(facts), ThreadsOf(facts)];

    private static Finding BlasOf(MachineFacts facts)
    {
        if (facts.Native.Libtorch?.Blas is not { } blas) return Unknown("blas", "BLAS");
        var threading = blas.Threading switch { "openmp" => "OpenMP", "pthread" => "pthreads", _ => null };
        var traits = new[] { blas.Core is null ? null : $"{blas.Core} kernels", threading }.OfType<string>();
        var found = string.Join(", ", traits.Prepend($"{blas.Name}{(blas.Version is null ? "" : " " + blas.Version)}"));
        Finding Row(Status status, string suffix = "", string? remedy = null) => new("blas", "BLAS", status, found + suffix)
        {
            Details = blas.File is null ? [] : [blas.File],
            Remedy = remedy,
        };

        if (blas.Name == BlasFacts.Reference)
        {
            return Row(Status.Warning, ": many times slower than an optimised one", blas.OpenMpBuild is null ? InstallOpenMpBuild : Select("libblas.so.3", blas.OpenMpBuild));
        }
        if (blas.Threading == "pthread")
        {
            return Row(Status.Warning, ": collapses on small products, as its threads and libtorch's compete", OpenMpRemedy(blas));
        }
        if (blas.Threading == "none" && facts.Processor.UsableCores > 1)
        {
            return Row(Status.Warning, ", one thread only", OpenMpRemedy(blas));
        }
        var family = VariableLimit.OpenBlasFamily(blas.Core);
        return family < InstructionSet.Avx512 && family < facts.Processor.InstructionSet && !facts.Environment.ContainsKey("OPENBLAS_CORETYPE")
            ? Row(
                Status.Warning, $": {family.Value.Name()} only; the processor has {facts.Processor.InstructionSet.Name()}",
                facts.Processor.InstructionSet >= InstructionSet.Avx512 ? "export OPENBLAS_CORETYPE=SKYLAKEX" : "export OPENBLAS_CORETYPE=HASWELL")
            : Row(Status.Ok);
    }

    private static string OpenMpRemedy(BlasFacts blas) => blas.OpenMpBuild is { } build
        ? Select("libopenblas.so.0", build)
        : Path.GetDirectoryName(blas.File) is { } folder && folder.Contains("-linux-gnu/", StringComparison.Ordinal)
            ? $"{InstallOpenMpBuild} && {Select("libopenblas.so.0", Path.Combine(Path.GetDirectoryName(folder)!, "openblas-openmp"))}"
            : "Build OpenBLAS with USE_OPENMP=1 and put it first on LD_LIBRARY_PATH.";

    // Debian chooses among its builds by the name of the file and the architecture: libopenblas.so.0-x86_64-linux-gnu.
    private static string Select(string file, string folder) =>
        $"sudo update-alternatives --set {file}-{Path.GetFileName(Path.GetDirectoryName(folder))} {folder}/{file}";

    private static Finding OneDnnOf(LibtorchFacts? libtorch) => libtorch switch
    {
        null => Unknown("onednn", "oneDNN"),
        { OneDnn: null } => new("onednn", "oneDNN", Status.Warning, "libtorch is built without it: convolutions and bfloat16 are slow")
        {
            Remedy = "sudo apt-get install libtorch-dev && eng/setup",
            Note = "in Latent's folder: Debian's libtorch has it, and so have the releases",
        },
        _ => new("onednn", "oneDNN", Status.Ok, libtorch.OneDnn),
    };

    private static Finding ProductsOf(MachineFacts facts) => facts.Native.MatrixProducts switch
    {
        null => new("matrix-products", "Fused kernels", Status.Problem, $"LATENT_GEMM={facts.Environment.GetValueOrDefault("LATENT_GEMM")} names no matrix product")
        {
            Remedy = "unset LATENT_GEMM",
            Note = "or set it to onednn, blas or managed",
        },
        var library when !library.Contains('(') && !facts.Environment.ContainsKey("LATENT_GEMM") =>
            new("matrix-products", "Fused kernels", Status.Warning, $"matrix products by {library}: neither oneDNN nor OpenBLAS is on this system, and both are faster") { Remedy = InstallOpenMpBuild },
        var library => new("matrix-products", "Fused kernels", Status.Ok, $"matrix products by {library}"),
    };

    private static Finding ThreadsOf(MachineFacts facts)
    {
        if (facts.Native.Libtorch is not { } libtorch) return Unknown("threads", "Threads");
        var (cores, usable) = (facts.Processor.UsableCores, facts.Processor.Usable);
        var found = $"{Count.Of(libtorch.Threads, "thread")} for {Count.Of(cores, "core")}";
        Finding Row(Status status, string suffix = "", string? remedy = null) => new("threads", "Threads", status, found + suffix)
        {
            Details = libtorch.OpenMpRuntimes.Count > 1 ? [$"OpenMP runtimes, which do not share their threads: {string.Join(", ", libtorch.OpenMpRuntimes)}"] : [],
            Remedy = remedy,
        };

        if (libtorch.Threads > usable) return Row(Status.Warning, $": more than the {usable} that may run at once", $"export OMP_NUM_THREADS={cores}");
        if (libtorch.Threads < cores && !EnvironmentChecks.NamesThreads(facts)) return Row(Status.Warning, "", $"export OMP_NUM_THREADS={cores}");
        return Row(Status.Ok);
    }

    private static Finding Unknown(string check, string title) => new(check, title, Status.Unknown, "not known without the native library");
}
