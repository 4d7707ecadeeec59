using System.Diagnostics;
using System.Text.Json;

namespace Latent.Cli.Tests;

/// <summary>The program as its users start it.</summary>
public sealed class ProcessTests
{
    private static (int Code, string Output, string Error) Latent(string arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{typeof(LatentCommandLine).Assembly.Location}\" {arguments}")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    [Fact]
    public void A_missing_library_is_a_problem_with_a_remedy()
    {
        var (code, output, error) = Latent("doctor", ("LATENT_NATIVE", "/nowhere/liblatent_torch.so"), ("TERM", "xterm-256color"));

        Assert.Equal((1, ""), (code, error));
        Assert.Contains("problem  Native library  not loaded", output, StringComparison.Ordinal);
        Assert.Contains("/nowhere/liblatent_torch.so: no such file", output, StringComparison.Ordinal);
        Assert.Contains("→ unset LATENT_NATIVE", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    public static TheoryData<string> WrongFiles => [Path.Combine(AppContext.BaseDirectory, "Latent.Cli.runtimeconfig.json"), LibraryOfC];

    private static string LibraryOfC => string.Concat(File.ReadLines("/proc/self/maps").First(l => l.EndsWith("/libc.so.6", StringComparison.Ordinal)).SkipWhile(c => c != '/'));

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_file_that_is_not_the_library_is_a_problem_too(string file)
    {
        var (code, output, error) = Latent("doctor --json", ("LATENT_NATIVE", file));

        Assert.Equal((1, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        var check = json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("check").GetString() == "native-library");
        Assert.Equal("problem", check.GetProperty("status").GetString());
        Assert.Equal("unset LATENT_NATIVE", check.GetProperty("remedy").GetString());
    }

    [Fact]
    public void The_json_agrees_with_the_exit_code()
    {
        var (code, output, error) = Latent("doctor --json");

        Assert.Equal("", error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(json.RootElement.GetProperty("problems").GetInt32() > 0 ? 1 : 0, code);
    }

    [Fact]
    public void A_wrong_command_leaves_standard_output_alone()
    {
        var (code, output, error) = Latent("docter");

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Did you mean 'doctor'?", error, StringComparison.Ordinal);
    }
}
