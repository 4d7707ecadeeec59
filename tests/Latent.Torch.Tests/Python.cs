using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Latent.Torch.Tests;

/// <summary>The machine's Python, to cross-check with.</summary>
internal static class Python
{
    private static readonly ConcurrentDictionary<string, Lazy<string?>> s_interpreters = new();

    /// <summary>An interpreter that can import <paramref name="module"/>, or null. Looked for once.</summary>
    public static string? With(string module) => s_interpreters.GetOrAdd(module, name => new(() => Find(name))).Value;

    /// <summary>What a script prints; the test fails where the script does.</summary>
    public static string Run(string module, string script, params IEnumerable<string> arguments)
    {
        var (code, output, error) = Start(With(module) ?? throw new InvalidOperationException($"No python3 imports {module}."), [script, .. arguments]);
        Assert.True(code == 0, $"{script} exited with {code}: {error}");
        return output;
    }

    // The system's first: its modules are the ones a package manager installs.
    private static string? Find(string module) => Array.Find(["/usr/bin/python3", "python3"], interpreter =>
    {
        try
        {
            return Start(interpreter, ["-c", $"import {module}"]).Code == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    });

    private static (int Code, string Output, string Error) Start(string interpreter, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(interpreter, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
