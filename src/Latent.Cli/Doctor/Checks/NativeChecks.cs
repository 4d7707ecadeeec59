using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>The native library and the libtorch under it.</summary>
internal static class NativeChecks
{
    public static IEnumerable<Finding> Of(MachineFacts facts) => [LibraryOf(facts), LibtorchOf(facts)];

    private static Finding LibraryOf(MachineFacts facts)
    {
        var native = facts.Native;
        var places = native.Places.Where(p => p.Path != native.LoadedFrom).Select(p => $"{p.Path}: {p.Reason}");
        if (native.Failure is null) return new("native-library", "Native library", Status.Ok, native.LoadedFrom ?? "loaded") { Details = [.. places] };

        var isNamed = facts.Environment.ContainsKey("LATENT_NATIVE");
        return new("native-library", "Native library", Status.Problem, $"not loaded: {native.Failure}")
        {
            Details = [.. places],
            Remedy = isNamed ? "unset LATENT_NATIVE" : "eng/setup",
            Note = isNamed ? "or set it to a liblatent_torch.so that eng/setup built" : "in Latent's folder: it installs what is missing and builds the native library",
        };
    }

    private static Finding LibtorchOf(MachineFacts facts)
    {
        var ladder = facts.Ladder.Select(p => Describe(p, facts.Environment));
        if (facts.Native.Libtorch is not { } libtorch)
        {
            return new("libtorch", "libtorch", Status.Unknown, "not loaded, as the native library is not") { Details = [.. ladder] };
        }
        var running = libtorch.Files.Where(f => Path.GetFileName(f).StartsWith("libtorch_cpu.so", StringComparison.Ordinal)).ToList();
        var found = libtorch.RunningVersion;
        if (libtorch.CpuCapability is { } capability) found += $", {capability} kernels";
        if (libtorch.BuiltVersion != libtorch.RunningVersion) found += $"; the native library was built against {libtorch.BuiltVersion}";
        Finding Row(Status status, string complaint = "", string? remedy = null, string? note = null) => new("libtorch", "libtorch", status, found + complaint)
        {
            Details = [.. running, .. ladder],
            Remedy = remedy,
            Note = note,
        };

        // The loader's variables lead past the libtorch that the native library was linked to.
        var diverted = new[] { "LD_PRELOAD", "LD_LIBRARY_PATH" }.FirstOrDefault(facts.Environment.ContainsKey);
        var (remedy, note) = diverted is null
            ? ("eng/setup", "in Latent's folder: it builds the native library anew")
            : ($"unset {diverted}", $"it is {facts.Environment[diverted]}; where it is needed, run eng/setup in Latent's folder with the libtorch that it leads to");
        if (running.Count > 1) return Row(Status.Problem, ": two are loaded at once", remedy, note);
        if (!SameMinor(libtorch.BuiltVersion, libtorch.RunningVersion)) return Row(Status.Problem, ": these do not fit together", remedy, note);
        return facts.Ladder.FirstOrDefault(p => p.Chosen && p.Step != LibtorchPlace.BySystem) is { } chosen && running is [var file] && chosen.Library != file
            ? chosen.Library is null
                ? Row(Status.Warning, $": not the one that {chosen.Step} asks for, and that is missing", $"unset {chosen.Step}")
                : Row(Status.Warning, $": not the one that {chosen.Step} asks for", "eng/setup", "in Latent's folder: it builds the native library anew")
            : Row(Status.Ok);
    }

    private static string Describe(LibtorchPlace place, IReadOnlyDictionary<string, string> environment)
    {
        var value = environment.TryGetValue(place.Step, out var set) ? $"{place.Step}={set}" : place.Step == LibtorchPlace.BySystem ? "system" : $"{place.Step} is not set";
        var content = place switch
        {
            { Folder: null } => value.EndsWith("is not set", StringComparison.Ordinal) || set is "" or "0" ? null : "python3 has no PyTorch",
            { Library: null } => $"no libtorch in {place.Folder}",
            { Version: null } => $"libtorch without headers in {place.Folder}",
            _ => $"libtorch {place.Version} in {place.Folder}",
        };
        return content is null ? value : $"{value}: {content}";
    }

    /// <summary>Whether a library built against one version runs with the other: libtorch keeps its binary interface within 1.13.x or 2.4.x, not between.</summary>
    private static bool SameMinor(string built, string running) =>
        running == "unknown" || built.Split('.') is [var a, var b, ..] && running.Split('.') is [var c, var d, ..] && (a, b) == (c, d);
}
