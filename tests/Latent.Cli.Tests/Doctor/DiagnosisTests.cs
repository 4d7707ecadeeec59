using Latent.Cli.Doctor;
using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Tests.Doctor;

/// <summary>Every rule of the doctor, on machines made up for it.</summary>
public sealed class DiagnosisTests
{
    private const string OpenMpBuild = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
    private const string SelectKernels = $"sudo update-alternatives --set libopenblas.so.0-x86_64-linux-gnu {OpenMpBuild}/libopenblas.so.0";

    private static readonly MachineFacts s_healthy = HealthyMachine.Facts;

    /// <summary>A spoilt machine; the check that notices, how bad it is, words of the finding, and the remedy.</summary>
    private sealed record Case(string Name, MachineFacts Facts, string Check, Status Status, string Words, string Remedy);

    private static readonly Case[] s_cases =
    [
        new("another system", s_healthy with { System = s_healthy.System with { IsLinux = false, OperatingSystem = "Windows" } },
            "system", Status.Problem, "Linux only", "Use Linux; on Windows, type in WSL what you typed here."),
        new("little memory", s_healthy with { Memory = new(32L << 30, 100L << 20, null) },
            "memory", Status.Warning, "100 MiB of 32.0 GiB", "ps -eo rss,pid,args --sort=-rss | head"),
        new("little memory in a container", s_healthy with { Memory = new(2L << 30, 100L << 20, 2L << 30) },
            "memory", Status.Warning, "control group's limit", "Give the container or the job more memory."),

        new("no native library", s_healthy.WithoutNative(), "native-library", Status.Problem, "none of these files", "eng/setup"),
        new("no native library where the variable says", s_healthy.WithoutNative().WithVariable("LATENT_NATIVE", "/nowhere"),
            "native-library", Status.Problem, "none of these files", "unset LATENT_NATIVE"),
        new("another minor version", s_healthy.WithLibtorch(l => l with { RunningVersion = "2.4.0+cpu" }),
            "libtorch", Status.Problem, "2.4.0+cpu, AVX512 kernels; the native library was built against 1.13.1: these do not fit together", "eng/setup"),
        new("another minor version by the search path", s_healthy.WithLibtorch(l => l with { RunningVersion = "1.12.1" }).WithVariable("LD_LIBRARY_PATH", "/opt/old"),
            "libtorch", Status.Problem, "do not fit", "unset LD_LIBRARY_PATH"),
        new("two at once", s_healthy.WithLibtorch(l => l with { Files = [.. l.Files, "/opt/torch/lib/libtorch_cpu.so"] }),
            "libtorch", Status.Problem, "two are loaded", "eng/setup"),
        new("another than asked for", s_healthy with { Ladder = [new(LibtorchPlace.ByFolder, true, "/opt/torch", "/opt/torch/lib/libtorch_cpu.so", "2.4.0"), .. s_healthy.Ladder.Skip(1)] },
            "libtorch", Status.Warning, "not the one that LIBTORCH asks for", "eng/setup"),
        new("a folder without libtorch", s_healthy with { Ladder = [new(LibtorchPlace.ByFolder, true, "/tmp", null, null), .. s_healthy.Ladder.Skip(1)] },
            "libtorch", Status.Warning, "missing", "unset LIBTORCH"),

        new("reference BLAS", s_healthy.WithBlas(_ => new(BlasFacts.Reference, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", null, null, null, null)),
            "blas", Status.Warning, "many times slower", "sudo apt-get install libopenblas0-openmp"),
        new("reference BLAS beside OpenBLAS", s_healthy.WithBlas(_ => new(BlasFacts.Reference, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", null, null, null, OpenMpBuild)),
            "blas", Status.Warning, "many times slower", $"sudo update-alternatives --set libblas.so.3-x86_64-linux-gnu {OpenMpBuild}/libblas.so.3"),
        new("OpenBLAS on pthreads", s_healthy.WithBlas(b => b with { Threading = "pthread", File = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so", OpenMpBuild = null }),
            "blas", Status.Warning, "collapses on small products", $"sudo apt-get install libopenblas0-openmp && {SelectKernels}"),
        new("OpenBLAS on pthreads beside the OpenMP build", s_healthy.WithBlas(b => b with { Threading = "pthread" }),
            "blas", Status.Warning, "collapses on small products", SelectKernels),
        new("OpenBLAS on pthreads of one's own", s_healthy.WithBlas(b => b with { Threading = "pthread", File = "/opt/openblas/lib/libopenblas.so", OpenMpBuild = null }),
            "blas", Status.Warning, "collapses on small products", "Build OpenBLAS with USE_OPENMP=1 and put it first on LD_LIBRARY_PATH."),
        new("OpenBLAS without threads", s_healthy.WithBlas(b => b with { Threading = "none" }), "blas", Status.Warning, "one thread only", SelectKernels),
        new("OpenBLAS that does not know the processor", s_healthy.WithBlas(b => b with { Core = "Zen" }),
            "blas", Status.Warning, "AVX2 only; the processor has AMX", "export OPENBLAS_CORETYPE=SKYLAKEX"),
        new("OpenBLAS that does not know an older processor", s_healthy.WithBlas(b => b with { Core = "Nehalem" }).WithInstructions(InstructionSet.Avx2),
            "blas", Status.Warning, "baseline instructions only; the processor has AVX2", "export OPENBLAS_CORETYPE=HASWELL"),
        new("no oneDNN", s_healthy.WithLibtorch(l => l with { OneDnn = null }), "onednn", Status.Warning, "without it", "sudo apt-get install libtorch-dev && eng/setup"),
        new("no library for the fused kernels", s_healthy with { Native = s_healthy.Native with { MatrixProducts = "managed code" } },
            "matrix-products", Status.Warning, "neither oneDNN nor OpenBLAS", "sudo apt-get install libopenblas0-openmp"),
        new("an unknown matrix product", (s_healthy with { Native = s_healthy.Native with { MatrixProducts = null } }).WithVariable("LATENT_GEMM", "fast"),
            "matrix-products", Status.Problem, "LATENT_GEMM=fast", "unset LATENT_GEMM"),
        new("more threads than processors", (s_healthy with { Processor = s_healthy.Processor with { Usable = 2, Limit = 1.5 } }),
            "threads", Status.Warning, "8 threads for 2 cores: more than the 2 that may run at once", "export OMP_NUM_THREADS=2"),
        new("fewer threads than cores", s_healthy.WithLibtorch(l => l with { Threads = 1 }), "threads", Status.Warning, "1 thread for 8 cores", "export OMP_NUM_THREADS=8"),

        new("OpenBLAS held back", s_healthy.WithVariable("OPENBLAS_CORETYPE", "Haswell"),
            "environment", Status.Warning, "OPENBLAS_CORETYPE=Haswell holds OpenBLAS to AVX2; the processor has AMX", "unset OPENBLAS_CORETYPE"),
        new("OpenBLAS held back before libtorch is there", s_healthy.WithoutNative().WithVariable("OPENBLAS_CORETYPE", "NEHALEM"),
            "environment", Status.Warning, "baseline instructions", "unset OPENBLAS_CORETYPE"),
        new("OpenBLAS beyond the processor", s_healthy.WithVariable("OPENBLAS_CORETYPE", "SkylakeX").WithInstructions(InstructionSet.Avx2),
            "environment", Status.Problem, "makes OpenBLAS use AVX-512, which the processor lacks", "unset OPENBLAS_CORETYPE"),
        new("libtorch held back", s_healthy.WithVariable("ATEN_CPU_CAPABILITY", "default"), "environment", Status.Warning, "holds libtorch to baseline", "unset ATEN_CPU_CAPABILITY"),
        new("libtorch beyond the processor", s_healthy.WithVariable("ATEN_CPU_CAPABILITY", "avx512").WithInstructions(InstructionSet.Avx2),
            "environment", Status.Problem, "it will crash", "unset ATEN_CPU_CAPABILITY"),
        new("oneDNN held back", s_healthy.WithVariable("DNNL_MAX_CPU_ISA", "AVX512_CORE"), "environment", Status.Warning, "holds oneDNN to AVX-512; the processor has AMX", "unset DNNL_MAX_CPU_ISA"),
        new("oneDNN held back by its new name", s_healthy.WithVariable("ONEDNN_MAX_CPU_ISA", "avx2"), "environment", Status.Warning, "oneDNN to AVX2", "unset ONEDNN_MAX_CPU_ISA"),
        new("MKL held back", s_healthy.WithBlas(_ => Mkl).WithVariable("MKL_DEBUG_CPU_TYPE", "5"), "environment", Status.Warning, "MKL to AVX2", "unset MKL_DEBUG_CPU_TYPE"),
        new("MKL held back by instructions", s_healthy.WithBlas(_ => Mkl).WithVariable("MKL_ENABLE_INSTRUCTIONS", "AVX"), "environment", Status.Warning, "MKL to AVX;", "unset MKL_ENABLE_INSTRUCTIONS"),
        new(".NET held back", s_healthy.WithVariable("DOTNET_EnableAVX512", "0"), "environment", Status.Warning, ".NET to AVX2", "unset DOTNET_EnableAVX512"),
        new("one thread by OpenMP", s_healthy.WithVariable("OMP_NUM_THREADS", "1,2"), "environment", Status.Warning, "OMP_NUM_THREADS=1,2 leaves 7 of 8 cores idle", "unset OMP_NUM_THREADS"),
        new("one thread by OpenBLAS", s_healthy.WithVariable("OPENBLAS_NUM_THREADS", "1"), "environment", Status.Warning, "7 of 8", "unset OPENBLAS_NUM_THREADS"),

        new("GPU without CUDA", s_healthy with { Gpus = ["NVIDIA H100"] },
            "gpu", Status.Warning, "NVIDIA H100, unused: libtorch is built without CUDA", "export LIBTORCH_USE_PYTORCH=1 && eng/setup"),
        new("hidden GPU", (s_healthy with { Gpus = ["NVIDIA H100"] }).WithLibtorch(l => l with { WithCuda = true }).WithVariable("CUDA_VISIBLE_DEVICES", ""),
            "gpu", Status.Warning, "hides it", "unset CUDA_VISIBLE_DEVICES"),
        new("GPU that CUDA does not find", (s_healthy with { Gpus = ["NVIDIA H100"] }).WithLibtorch(l => l with { WithCuda = true, GpuFailure = "Counting GPUs: driver too old" }),
            "gpu", Status.Warning, "driver too old", "nvidia-smi"),
        new("no process groups", s_healthy.WithLibtorch(l => l with { ProcessGroups = [] }), "process-groups", Status.Warning, "none", "sudo apt-get install libgloo-dev && eng/setup"),

        new("no right to write", s_healthy with { Storage = new("/runs", null, "Access to the path is denied.") },
            "runs", Status.Problem, "cannot write to /runs: Access to the path is denied.", "cd FOLDER"),
        new("full disk", s_healthy with { Storage = new("/runs", 5L << 20, null) }, "runs", Status.Warning, "only 5 MiB free", "cd FOLDER"),
        new("data root that is not there", s_healthy with { Data = new("/nowhere", "LATENT_DATA", "no such folder", []) },
            "data", Status.Problem, "LATENT_DATA is /nowhere: no such folder", "export LATENT_DATA=FOLDER"),
        new("data root that is something else", s_healthy with { Data = new("/tmp", "--data-root", null, []) },
            "data", Status.Warning, "none of the known sets is in /tmp", "latent doctor --data-root FOLDER"),
    ];

    private static BlasFacts Mkl => new(BlasFacts.Mkl, null, "2024.2", null, null, null);

    public static TheoryData<string> Spoilt => [.. s_cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_spoilt_machine_gets_one_complaint_with_its_remedy(string name)
    {
        var spoilt = s_cases.Single(c => c.Name == name);

        var complaint = Assert.Single(Diagnosis.Of(spoilt.Facts).Findings, f => f.Status >= Status.Warning && (f.Check == spoilt.Check || f.Check != "native-library"));

        Assert.Equal((spoilt.Check, spoilt.Status), (complaint.Check, complaint.Status));
        Assert.Contains(spoilt.Words, complaint.Found, StringComparison.Ordinal);
        Assert.Equal(spoilt.Remedy, complaint.Remedy);
    }

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Remedies_belong_to_complaints_and_notes_to_remedies(string name)
    {
        foreach (var finding in Diagnosis.Of(s_cases.Single(c => c.Name == name).Facts).Findings)
        {
            Assert.Equal(finding.Status >= Status.Warning, finding.Remedy is not null);
            Assert.False(finding.Note is not null && finding.Remedy is null);
        }
    }

    [Fact]
    public void A_healthy_machine_gets_none()
    {
        var diagnosis = Diagnosis.Of(s_healthy);

        Assert.All(diagnosis.Findings, f => Assert.Equal(Status.Ok, f.Status));
        Assert.Equal("No problems.", diagnosis.Summary);
    }

    [Theory]
    [InlineData("OPENBLAS_CORETYPE", "SKYLAKEX")] // AMX brings float32 nothing
    [InlineData("OPENBLAS_CORETYPE", "NoSuchCore")]
    [InlineData("ATEN_CPU_CAPABILITY", "avx512")]
    [InlineData("DNNL_MAX_CPU_ISA", "ALL")]
    [InlineData("MKL_DEBUG_CPU_TYPE", "5")] // the BLAS is OpenBLAS
    [InlineData("DOTNET_EnableAVX512", "1")]
    [InlineData("OMP_NUM_THREADS", "8")]
    [InlineData("OMP_NUM_THREADS", "many")]
    public void A_harmless_variable_is_told_and_not_complained_of(string variable, string value)
    {
        var finding = Assert.Single(Diagnosis.Of(s_healthy.WithVariable(variable, value)).Findings, f => f.Check == "environment");

        Assert.Equal(Status.Ok, finding.Status);
        Assert.Equal([$"{variable}={value}"], finding.Details);
    }

    [Fact]
    public void Each_variable_gets_its_own_row()
    {
        var facts = s_healthy.WithVariable("OPENBLAS_CORETYPE", "Haswell").WithVariable("OMP_NUM_THREADS", "2");

        Assert.Equal(["unset OPENBLAS_CORETYPE", "unset OMP_NUM_THREADS"], Diagnosis.Of(facts).Findings.Where(f => f.Check == "environment").Select(f => f.Remedy));
    }

    [Fact]
    public void Threads_that_a_variable_limits_are_complained_of_once()
    {
        var facts = s_healthy.WithLibtorch(l => l with { Threads = 1 }).WithVariable("OMP_NUM_THREADS", "1");

        Assert.Equal("unset OMP_NUM_THREADS", Assert.Single(Diagnosis.Of(facts).Findings, f => f.Status > Status.Ok).Remedy);
    }

    [Fact]
    public void OpenBlas_held_back_by_a_variable_is_not_told_to_set_it()
    {
        var facts = s_healthy.WithBlas(b => b with { Core = "Haswell" }).WithVariable("OPENBLAS_CORETYPE", "Haswell");

        Assert.Equal("unset OPENBLAS_CORETYPE", Assert.Single(Diagnosis.Of(facts).Findings, f => f.Status > Status.Ok).Remedy);
    }

    [Fact]
    public void Another_patch_of_the_same_minor_version_is_fine()
    {
        var finding = Diagnosis.Of(s_healthy.WithLibtorch(l => l with { BuiltVersion = "2.4.0", RunningVersion = "2.4.1+cu121" })).Findings.Single(f => f.Check == "libtorch");

        Assert.Equal(Status.Ok, finding.Status);
        Assert.Equal("2.4.1+cu121, AVX512 kernels; the native library was built against 2.4.0", finding.Found);
    }

    [Fact]
    public void Without_the_native_library_what_depends_on_it_is_unknown_and_the_rest_is_told()
    {
        var diagnosis = Diagnosis.Of(s_healthy.WithoutNative());

        Assert.Equal(
            ["libtorch", "blas", "onednn", "threads", "process-groups"],
            diagnosis.Findings.Where(f => f.Status == Status.Unknown).Select(f => f.Check));
        Assert.Equal("1 problem.", diagnosis.Summary);
        Assert.Equal(
            ["/latent/build/native/liblatent_torch.so: libtorch_cpu.so: cannot open shared object file: No such file or directory"],
            diagnosis.Findings.Single(f => f.Check == "native-library").Details);
    }

    [Fact]
    public void The_ladder_tells_what_each_step_leads_to()
    {
        var facts = s_healthy.WithoutNative().WithVariable("LIBTORCH", "/opt").WithVariable("LIBTORCH_USE_PYTORCH", "1") with
        {
            Ladder =
            [
                new(LibtorchPlace.ByFolder, true, "/opt", null, null),
                new(LibtorchPlace.ByPython, false, null, null, null),
                new(LibtorchPlace.BySystem, false, "/usr", "/usr/lib/libtorch_cpu.so", null),
            ],
        };

        Assert.Equal(
            ["LIBTORCH=/opt: no libtorch in /opt", "LIBTORCH_USE_PYTORCH=1: python3 has no PyTorch", "system: libtorch without headers in /usr"],
            Diagnosis.Of(facts).Findings.Single(f => f.Check == "libtorch").Details);
    }

    [Fact]
    public void Gpus_are_told_with_their_memory()
    {
        var facts = (s_healthy with { Gpus = ["NVIDIA H100"] }).WithLibtorch(l => l with { WithCuda = true, Gpus = [new("NVIDIA H100", 70L << 30, 80L << 30)] });

        Assert.Equal("NVIDIA H100, 70.0 GiB of 80.0 GiB free", Diagnosis.Of(facts).Findings.Single(f => f.Check == "gpu").Found);
    }

    [Fact]
    public void The_summary_counts()
    {
        var facts = s_healthy.WithVariable("OMP_NUM_THREADS", "1").WithLibtorch(l => l with { OneDnn = null });

        Assert.Equal("No problems, 2 warnings.", Diagnosis.Of(facts).Summary);
        Assert.Equal("1 problem, 2 warnings.", Diagnosis.Of(facts with { Storage = new("/runs", null, "no") }).Summary);
    }
}
