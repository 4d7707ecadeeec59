using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Tests.Doctor;

/// <summary>What is read from the system's texts and folders.</summary>
public sealed class FactsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("latent-facts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    [Theory]
    [InlineData("avx avx2 fma avx512f avx512bw avx512dq avx512vl avx512_bf16 amx_bf16 amx_tile", "Amx", "AVX2, AVX-512, BF16, AMX")]
    [InlineData("avx avx2 fma avx512f avx512bw avx512dq avx512vl avx512_bf16", "Avx512Bfloat16", "AVX2, AVX-512, BF16")]
    [InlineData("avx avx2 fma avx512f avx512bw avx512dq avx512vl", "Avx512", "AVX2, AVX-512")]
    [InlineData("avx avx2 fma avx512f avx512cd", "Avx2", "AVX2, AVX-512")] // Xeon Phi has AVX-512 without the parts that libraries ask for
    [InlineData("avx avx2", "Avx", "AVX2")]
    [InlineData("sse4_2", "Baseline", "")]
    public void The_instruction_set_is_read_from_the_flags(string flags, string best, string names)
    {
        var processor = ProcessorFacts.Parse($"processor\t: 0\nmodel name\t: Some CPU @ 2.0: GHz\nflags\t\t: fpu {flags} ht\n", 1, null, InstructionSet.Baseline);

        Assert.Equal((best, names, "Some CPU @ 2.0: GHz"), (processor.InstructionSet.ToString(), processor.FeatureNames, processor.Model));
    }

    [Fact]
    public void Cores_are_told_from_hardware_threads()
    {
        var cpuinfo = string.Concat(Enumerable.Range(0, 12).Select(i => $"processor\t: {i}\nphysical id\t: {i / 6}\ncore id\t\t: {i % 3}\n\n"));

        var processor = ProcessorFacts.Parse(cpuinfo, usable: 5, null, InstructionSet.Baseline);

        Assert.Equal((6, 12, 5), (processor.Cores, processor.Processors, processor.UsableCores));
    }

    [Fact]
    public void Without_a_layout_each_thread_is_a_core()
    {
        var processor = ProcessorFacts.Parse("processor\t: 0\nFeatures\t: fp asimd bf16\n\nprocessor\t: 1\n\nSerial\t: 0\n", 2, null, InstructionSet.Baseline);

        Assert.Equal((2, 2, "NEON, BF16"), (processor.Cores, processor.Processors, processor.FeatureNames));
    }

    [Fact]
    public void Nothing_to_read_is_one_core() => Assert.Equal(1, ProcessorFacts.Parse("", 1, null, InstructionSet.Baseline).Cores);

    [Fact]
    public void Memory_is_read_in_bytes()
    {
        var memory = MemoryFacts.Parse("MemTotal:       24684096 kB\nMemFree:  7 kB\nMemAvailable:   23146244 kB\n", new(null, null, null));

        Assert.Equal(new MemoryFacts(24684096L * 1024, 23146244L * 1024, null), memory);
    }

    [Fact]
    public void Memory_ends_at_the_control_groups_limit()
    {
        var memory = MemoryFacts.Parse("MemTotal: 1000 kB\nMemAvailable: 900 kB\n", new(null, 700 * 1024, 100 * 1024));

        Assert.Equal(new MemoryFacts(700 * 1024, 600 * 1024, 700 * 1024), memory);
    }

    [Fact]
    public void Limits_of_control_groups_2_hold_for_the_groups_inside()
    {
        Write("proc/self/cgroup", "0::/jobs/seven\n");
        Write("sys/fs/cgroup/jobs/cpu.max", "150000 100000\n");
        Write("sys/fs/cgroup/jobs/seven/cpu.max", "max 100000\n");
        Write("sys/fs/cgroup/jobs/seven/memory.max", "1000000\n");
        Write("sys/fs/cgroup/jobs/seven/memory.current", "700000\n");
        Write("sys/fs/cgroup/jobs/seven/memory.stat", "anon 5\ninactive_file 300000\nactive_file 1\n");
        Write("sys/fs/cgroup/jobs/memory.max", "max\n");

        Assert.Equal(new ControlGroup(1.5, 1000000, 400000), ControlGroup.Read(folder));
    }

    [Fact]
    public void Limits_of_control_groups_1_are_read_by_controller()
    {
        Write("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/b\n1:name=systemd:/c\n0::/\n");
        Write("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "50000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        Write("sys/fs/cgroup/memory/b/memory.limit_in_bytes", "9223372036854771712\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000\n");
        Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "500\n");

        Assert.Equal(new ControlGroup(0.5, 2000, 500), ControlGroup.Read(folder));
    }

    [Fact]
    public void No_control_group_is_no_limit() => Assert.Equal(new ControlGroup(null, null, null), ControlGroup.Read(folder));

    private const string Maps =
        """
        55d0-55d1 r--p 00000000 fe:00 11  /usr/bin/dotnet
        7f00-7f01 r--p 00000000 fe:00 12  /usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0
        7f01-7f02 r-xp 00001000 fe:00 12  /usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0
        7f02-7f03 rw-p 00000000 00:00 0
        7f03-7f04 r--p 00000000 fe:00 13  /opt/my torch/libc10.so
        7f04-7f05 r--p 00000000 fe:00 14  /usr/lib/x86_64-linux-gnu/libgomp.so.1.0.0
        7ffc-7ffd rw-p 00000000 00:00 0   [stack]
        """;

    [Fact]
    public void Mapped_libraries_are_listed_once()
    {
        var mapped = MappedLibraries.Parse(Maps);

        Assert.Equal(["/opt/my torch/libc10.so", "/usr/lib/x86_64-linux-gnu/libgomp.so.1.0.0", "/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0"], mapped.Files);
        Assert.Equal(["/opt/my torch/libc10.so", "/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0"], mapped.Of("libtorch", "libc10"));
    }

    [Theory]
    [InlineData("OpenBLAS", "/l/openblas-pthread/libopenblasp-r0.3.21.so", "", "/l/openblas-pthread/libblas.so.3", "/l/openblas-pthread/libopenblasp-r0.3.21.so")]
    [InlineData("reference BLAS", "/l/blas/libblas.so.3.11.0", "", "/l/blas/libblas.so.3.11.0", "/l/openblas-openmp/libopenblasp-r0.3.21.so")]
    [InlineData("ATLAS", "/l/atlas/libblas.so.3", "", "/l/atlas/libblas.so.3")]
    [InlineData("BLIS", "/l/blis-openmp/libblas.so.3", "", "/l/blis-openmp/libblas.so.3", "/l/libblis.so.4")]
    [InlineData("MKL", "/l/libmkl_rt.so.2", "", "/l/libmkl_rt.so.2")]
    [InlineData("MKL", null, "BLAS_INFO=mkl, ", "/l/libtorch_cpu.so", "/l/openblas-openmp/libopenblasp-r0.3.21.so")]
    [InlineData("OpenBLAS", "/torch.libs/libopenblas-1.so", "BLAS_INFO=open", "/torch.libs/libopenblas-1.so")]
    [InlineData("unknown", null, "", "/l/libtorch_cpu.so")]
    public void The_blas_is_told_by_what_is_mapped(string name, string? file, string configuration, params string[] mapped) =>
        Assert.Equal((name, file), BlasFacts.Identify(new(mapped), configuration));

    [Fact]
    public void Libtorchs_configuration_is_read()
    {
        const string Old = "PyTorch built with:\n  - Intel(R) MKL-DNN v2.6.3 (Git Hash N/A)\n  - CPU capability usage: AVX2\n  - Build settings: BLAS_INFO=generic, USE_CUDA=OFF, USE_CUDNN=OFF, \n";
        const string New = "  - Intel(R) MKL-DNN v3.4.2 (Git Hash 1137e04)\n  - CPU capability usage: AVX512\n  - Build settings: BLAS_INFO=mkl, USE_CUDA=1, USE_CUDNN=1\n";

        Assert.Equal(("AVX2", false, "2.6.3"), (LibtorchFacts.CapabilityIn(Old), LibtorchFacts.HasCuda(Old), LibtorchFacts.OneDnnIn(Old)));
        Assert.Equal(("AVX512", true, "3.4.2"), (LibtorchFacts.CapabilityIn(New), LibtorchFacts.HasCuda(New), LibtorchFacts.OneDnnIn(New)));
        Assert.Equal((null, false, null), (LibtorchFacts.CapabilityIn(""), LibtorchFacts.HasCuda("USE_CUDA=OFF"), LibtorchFacts.OneDnnIn("MKL-DNN")));
    }

    [Fact]
    public void OpenBlas_tells_its_version() => Assert.Equal("0.3.21", BlasFacts.VersionIn("OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH"));

    [Theory]
    [InlineData("lib")]
    [InlineData("lib/x86_64-linux-gnu")]
    [InlineData("lib64")]
    public void A_libtorch_is_found_in_its_folder(string libraries)
    {
        Directory.CreateDirectory(Path.Combine(folder, "lib"));
        var library = Write($"{libraries}/libtorch_cpu.so", "");
        Write("include/torch/csrc/api/include/torch/version.h", "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 4\n#define TORCH_VERSION_PATCH 1\n");

        Assert.Equal(new LibtorchPlace("LIBTORCH", true, folder, library, "2.4.1"), LibtorchPlace.At("LIBTORCH", true, folder));
    }

    [Fact]
    public void The_first_step_that_is_set_is_chosen()
    {
        Assert.Equal([true, false, false], LibtorchPlace.Ladder(folder, "0").Select(p => p.Chosen));
        Assert.Equal([false, false, true], LibtorchPlace.Ladder("", "0").Select(p => p.Chosen));
    }

    [Theory]
    [InlineData("no such file", "no such file")]
    [InlineData("Unable to load shared library '/x.so'. Consider LD_DEBUG:\n/x.so: file too short\n\n", "file too short")]
    [InlineData("Advice.\nlibc10.so: cannot open shared object file", "libc10.so: cannot open shared object file")]
    public void The_loaders_reason_is_one_line(string finding, string reason) => Assert.Equal(reason, new PlaceFacts("/x.so", finding).Reason);

    [Fact]
    public void A_writable_place_is_left_as_it_was()
    {
        var storage = StorageFacts.Read(folder);

        Assert.Null(storage.Failure);
        Assert.True(storage.FreeBytes > 0);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_place_that_is_not_there_is_told()
    {
        var storage = StorageFacts.Read(Path.Combine(folder, "nowhere"));

        Assert.NotNull(storage.Failure);
        Assert.Null(storage.FreeBytes);
    }

    [Fact]
    public void Data_sets_are_found_by_their_files()
    {
        foreach (var file in new[] { "cifar10/data_batch_1.bin.gz", "cifar10/test_batch.bin.gz", "optdigits/optdigits.tra", "debd/dna.train.data.gz", "debd/dna.valid.data.gz", "debd/dna.test.data.gz", "something/else" })
        {
            Directory.CreateDirectory(Path.Combine(folder, Path.GetDirectoryName(file)!));
            File.WriteAllText(Path.Combine(folder, file), "");
        }

        Assert.Equal(["cifar10", "debd"], DataFacts.Read(null, folder).Sets);
        Assert.Equal(("--data-root", "no such folder"), (DataFacts.Read(folder + "/nowhere", folder).Source, DataFacts.Read(folder + "/nowhere", folder).Failure));
        Assert.Null(DataFacts.Read(null, "").Root);
    }
}
