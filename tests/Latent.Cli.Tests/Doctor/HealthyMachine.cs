using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Tests.Doctor;

/// <summary>Facts of a machine with nothing to complain about; each test spoils what it is about.</summary>
internal static class HealthyMachine
{
    private const string Libraries = "/usr/lib/x86_64-linux-gnu";

    public static MachineFacts Facts { get; } = new(
        new SystemFacts("Debian GNU/Linux 12 (bookworm)", IsLinux: true, "x64", ".NET 10.0.0"),
        new ProcessorFacts(
            "Some Xeon", Cores: 8, Processors: 16, Usable: 16, Limit: null, ["avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile"],
            InstructionSet.Amx, InstructionSet.Avx512),
        new MemoryFacts(32L << 30, 20L << 30, null),
        new NativeFacts(
            [new PlaceFacts("/latent/bin/liblatent_torch.so", "no such file"), new PlaceFacts("/latent/build/native/liblatent_torch.so", "loaded")],
            null,
            new LibtorchFacts(
                "1.13.1", "1.13.0", [$"{Libraries}/libc10.so.1.13.0", $"{Libraries}/libtorch_cpu.so.1.13.0"], "AVX512", WithCuda: false, Threads: 8,
                [$"{Libraries}/libgomp.so.1.0.0"], OpenBlas, "2.6.3", ["gloo"], [], null),
            "oneDNN (libdnnl.so.2)")
        {
            LoadedFrom = "/latent/build/native/liblatent_torch.so",
        },
        [
            new LibtorchPlace(LibtorchPlace.ByFolder, Chosen: false, null, null, null),
            new LibtorchPlace(LibtorchPlace.ByPython, Chosen: false, null, null, null),
            new LibtorchPlace(LibtorchPlace.BySystem, Chosen: true, "/usr", $"{Libraries}/libtorch_cpu.so.1.13.0", "1.13.1"),
        ],
        [],
        new StorageFacts("/home/me/runs", 50L << 30, null),
        new DataFacts("/home/me/data", "LATENT_DATA", null, ["mnist", "cifar10"]),
        new Dictionary<string, string>());

    public static BlasFacts OpenBlas => new(
        BlasFacts.OpenBlas, $"{Libraries}/openblas-openmp/libopenblasp-r0.3.21.so", "0.3.21", "SkylakeX", "openmp", $"{Libraries}/openblas-openmp");

    public static MachineFacts WithLibtorch(this MachineFacts facts, Func<LibtorchFacts, LibtorchFacts> change) =>
        facts with { Native = facts.Native with { Libtorch = change(facts.Native.Libtorch!) } };

    public static MachineFacts WithBlas(this MachineFacts facts, Func<BlasFacts, BlasFacts> change) =>
        facts.WithLibtorch(l => l with { Blas = change(l.Blas) });

    public static MachineFacts WithVariable(this MachineFacts facts, string name, string value) =>
        facts with { Environment = new Dictionary<string, string>(facts.Environment) { [name] = value } };

    public static MachineFacts WithInstructions(this MachineFacts facts, InstructionSet set) =>
        facts with { Processor = facts.Processor with { InstructionSet = set } };

    public static MachineFacts WithoutNative(this MachineFacts facts) => facts with
    {
        Native = new([new("/latent/build/native/liblatent_torch.so", "libtorch_cpu.so: cannot open shared object file: No such file or directory")], "none of these files could be loaded", null, "oneDNN (libdnnl.so.2)"),
    };
}
