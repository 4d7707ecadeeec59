using System.ComponentModel;
using System.Diagnostics;

namespace Latent.Cli.Doctor.Facts;

/// <summary>One step of the ladder on which the set-up finds a libtorch to build against.</summary>
/// <param name="Step"><c>LIBTORCH</c>, <c>LIBTORCH_USE_PYTORCH</c> or <c>system</c>.</param>
/// <param name="Chosen">Whether the environment takes this step.</param>
/// <param name="Folder">The folder with <c>include</c> and <c>lib</c>; null where the step leads nowhere.</param>
/// <param name="Library">The file <c>libtorch_cpu.so</c> there, links resolved; null where it is missing.</param>
/// <param name="Version">The version in its headers; null where these are missing.</param>
internal sealed record LibtorchPlace(string Step, bool Chosen, string? Folder, string? Library, string? Version)
{
    public const string ByFolder = "LIBTORCH", ByPython = "LIBTORCH_USE_PYTORCH", BySystem = "system";

    /// <summary>The three steps, in their order; the first that the environment takes is chosen.</summary>
    public static IReadOnlyList<LibtorchPlace> Ladder(string? folder, string? usePytorch)
    {
        var byFolder = !string.IsNullOrEmpty(folder);
        var byPython = !string.IsNullOrEmpty(usePytorch) && usePytorch != "0";
        return
        [
            At(ByFolder, byFolder, byFolder ? Path.GetFullPath(folder!) : null),
            At(ByPython, byPython && !byFolder, byPython ? FolderOfPytorch() : null),
            At(BySystem, !byFolder && !byPython, "/usr"),
        ];
    }

    /// <summary>Looks into a folder.</summary>
    public static LibtorchPlace At(string step, bool chosen, string? folder)
    {
        if (folder is null || !Directory.Exists(Path.Combine(folder, "lib"))) return new(step, chosen, folder, null, null);
        // The system's libraries lie one folder deeper, in lib/<architecture>.
        var library = new[] { "lib", "lib64" }
            .Select(l => Path.Combine(folder, l))
            .Where(Directory.Exists)
            .SelectMany(l => Directory.GetDirectories(l, "*-linux-gnu").Prepend(l))
            .Select(l => Path.Combine(l, "libtorch_cpu.so"))
            .FirstOrDefault(File.Exists);
        var header = Path.Combine(folder, "include/torch/csrc/api/include/torch/version.h");
        return new(step, chosen, folder, library is null ? null : Real(library), File.Exists(header) ? VersionIn(File.ReadAllText(header)) : null);
    }

    private static string Real(string file) => File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;

    /// <summary>Reads the text of <c>torch/version.h</c>.</summary>
    public static string? VersionIn(string header) =>
        Part(header, "MAJOR") is { } major && Part(header, "MINOR") is { } minor && Part(header, "PATCH") is { } patch ? $"{major}.{minor}.{patch}" : null;

    private static string? Part(string header, string name) => Excerpt.After(header, $"#define TORCH_VERSION_{name} ");

    // As the set-up asks; PyTorch itself is not imported, which would take seconds.
    private static string? FolderOfPytorch()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", "from importlib.util import find_spec; print(find_spec('torch').submodule_search_locations[0])"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var folder = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return folder.Length > 0 ? folder : null;
        }
        catch (Win32Exception)
        {
            return null; // no python3
        }
    }
}
