using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>The native library and the libtorch under it.</summary>
internal static class NativeChecks
{
    private const string Rebuild = "eng/setup    (in Latent's folder: it builds the native library anew)";

    public static IEnumerable<Finding> Of(MachineFacts facts) => [LibraryOf(facts), LibtorchOf(facts)];

    private static Finding LibraryOf(MachineFacts facts)
    {
        var native = facts.Native;
        var places = native.Places.Where(p => p.Path != native.LoadedFrom).Select(p => $"{p.Path}: {p.Reason}");
        return native.Failure is null
            ? new("native-library", "Native library", Status.Ok, native.LoadedFrom ?? "loaded") { Details = [.. places] }
            : new("native-library", "Native library", Status.Problem, $"not loaded: {native.Failure}")
            {
                Details = [.. places],
                Remedy = facts.Environment.ContainsKey("LATENT_NATIVE")
                    ? "unset LATENT_NATIVE    (or set it to a liblatent_torch.so that eng/setup built)"
                    : "eng/setup    (in Latent's folder: it installs libtorch where it is missing and builds the native library)",
            };
    }

    private static Finding LibtorchOf(MachineFacts facts)
    {
        var ladder = facts.Ladder.Select(p => Describe(p, facts.Environment)).ToList();
        if (facts.Native.Libtorch is not { } libtorch)
        {
            return new("libtorch", "libtorch", Status.Unknown, "not loaded, as the native library is not") { Details = ladder };
        }
        var kernels = libtorch.Files.Where(f => Path.GetFileName(f).StartsWith("libtorch_cpu.so", StringComparison.Ordinal)).ToList();
        var found = kernels.Count == 0 ? libtorch.RunningVersion : $"{libtorch.RunningVersion}, {kernels[0]}";
        if (libtorch.BuiltVersion != libtorch.RunningVersion) found += $"; the native library was built against {libtorch.BuiltVersion}";
        Finding Problem(string complaint, string remedy) => new("libtorch", "libtorch", Status.Problem, $"{found}: {complaint}") { Details = ladder, Remedy = remedy };

        if (kernels.Count > 1)
        {
            return Problem($"a second one is loaded, {kernels[1]}", facts.Environment.ContainsKey("LD_PRELOAD") ? "unset LD_PRELOAD" : "unset LD_LIBRARY_PATH, then eng/setup");
        }
        if (!SameMinor(libtorch.BuiltVersion, libtorch.RunningVersion))
        {
            return Problem("these do not fit together", Rebuild);
        }
        var chosen = facts.Ladder.FirstOrDefault(p => p.Chosen && p.Step != LibtorchPlace.BySystem);
        if (chosen is not null && kernels.Count == 1 && chosen.Library != kernels[0])
        {
            var complaint = $"{chosen.Step} names another";
            return new("libtorch", "libtorch", Status.Warning, $"{found}: {complaint}")
            {
                Details = ladder,
                Remedy = chosen.Library is null ? $"unset {chosen.Step}" : Rebuild,
            };
        }
        return new("libtorch", "libtorch", Status.Ok, found) { Details = ladder };
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
