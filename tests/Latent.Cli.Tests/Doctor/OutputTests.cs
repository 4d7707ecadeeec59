using System.Text.Json;
using Latent.Cli.Doctor;
using Latent.Cli.Rendering;
using Spectre.Console;

namespace Latent.Cli.Tests.Doctor;

/// <summary>How a diagnosis looks, to people and to programs.</summary>
public sealed class OutputTests
{
    private static string Render(Diagnosis diagnosis, int? width = null, bool inColour = false)
    {
        using var text = new StringWriter();
        var console = width is null ? Terminal.On(text) : AnsiConsole.Create(new()
        {
            Ansi = inColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = inColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        if (width is { } w) console.Profile.Width = w;
        DiagnosisTable.Write(diagnosis, console);
        return text.ToString();
    }

    [Fact]
    public void A_redirected_table_reads_so()
    {
        var facts = HealthyMachine.Facts.WithoutNative().WithVariable("OPENBLAS_CORETYPE", "Haswell");

        Assert.Equal(
            """
            ok       System          Debian GNU/Linux 12 (bookworm), x64, .NET 10.0.0
            ok       Processor       Some Xeon, 8 cores, AVX2, AVX-512, BF16, AMX
                                     16 hardware threads
            ok       Memory          20.0 GiB of 32.0 GiB available
            problem  Native library  not loaded: none of these files could be loaded
                                     /latent/build/native/liblatent_torch.so: libtorch_cpu.so: cannot open shared object file: No such file or directory
                                     → eng/setup
                                     in Latent's folder: it installs what is missing and builds the native library
            unknown  libtorch        not loaded, as the native library is not
                                     LIBTORCH is not set
                                     LIBTORCH_USE_PYTORCH is not set
                                     system: libtorch 1.13.1 in /usr
            unknown  BLAS            not known without the native library
            unknown  oneDNN          not known without the native library
            ok       Fused kernels   matrix products by oneDNN (libdnnl.so.2)
            unknown  Threads         not known without the native library
            warning  Environment     OPENBLAS_CORETYPE=Haswell holds OpenBLAS to AVX2; the processor has AMX
                                     → unset OPENBLAS_CORETYPE
            ok       GPU             none: no NVIDIA GPU here
            unknown  Process groups  not known without the native library
            ok       Run folders     /home/me/runs, writable, 50.0 GiB free
            ok       Data sets       mnist, cifar10
                                     /home/me/data

            1 problem, 1 warning.

            """,
            Render(Diagnosis.Of(facts)));
    }

    [Fact]
    public void A_narrow_terminal_folds_findings_but_never_commands()
    {
        var facts = HealthyMachine.Facts.WithBlas(b => b with { Threading = "pthread" });

        var lines = Render(Diagnosis.Of(facts), width: 60).Split('\n');

        Assert.Contains("→ sudo update-alternatives --set libopenblas.so.0-x86_64-linux-gnu /usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0", lines.Select(l => l.Trim()));
        Assert.All(lines.Where(l => !l.Contains('→')), l => Assert.True(l.Length <= 60, l));
    }

    [Fact]
    public void Problems_are_red_and_warnings_yellow_on_a_terminal()
    {
        var text = Render(Diagnosis.Of(HealthyMachine.Facts.WithoutNative().WithVariable("OMP_NUM_THREADS", "1")), width: 80, inColour: true);

        Assert.Contains("\e[91mproblem\e[0m", text, StringComparison.Ordinal);
        Assert.Contains("\e[93mwarning\e[0m", text, StringComparison.Ordinal);
        Assert.Contains("\e[1;91m→ eng/setup\e[0m", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_the_documented_keys()
    {
        using var json = JsonDocument.Parse(DiagnosisJson.Of(Diagnosis.Of(HealthyMachine.Facts.WithoutNative())));
        var root = json.RootElement;

        Assert.Equal(["schema", "latent", "status", "problems", "warnings", "summary", "checks", "facts"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal((1, "problem", 1, 0, "1 problem."), (
            root.GetProperty("schema").GetInt32(), root.GetProperty("status").GetString(), root.GetProperty("problems").GetInt32(),
            root.GetProperty("warnings").GetInt32(), root.GetProperty("summary").GetString()));
        Assert.All(root.GetProperty("checks").EnumerateArray(), c => Assert.Equal(["check", "title", "status", "found", "details", "remedy", "note"], c.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(
            ["system", "processor", "memory", "native-library", "libtorch", "blas", "onednn", "matrix-products", "threads", "environment", "gpu", "process-groups", "runs", "data"],
            root.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()));
        Assert.Equal(
            ["system", "processor", "memory", "native", "ladder", "gpus", "storage", "data", "environment"],
            root.GetProperty("facts").EnumerateObject().Select(p => p.Name));
        Assert.Equal("amx", root.GetProperty("facts").GetProperty("processor").GetProperty("instructionSet").GetString());
    }
}
