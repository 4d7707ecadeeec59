using System.Globalization;

namespace Latent.Cli.Doctor.Facts;

/// <summary>The limits that a container or a job scheduler puts on this process (Linux control groups, version 1 or 2).</summary>
/// <param name="Processors">Processor time per time; null without a limit.</param>
/// <param name="MemoryBytes">Memory; null without a limit.</param>
/// <param name="MemoryUsedBytes">Memory that counts against the limit and cannot be reclaimed; null without a limit.</param>
internal sealed record ControlGroup(double? Processors, long? MemoryBytes, long? MemoryUsedBytes)
{
    public static ControlGroup Read() => Read("/");

    /// <summary>Reads <c>proc/self/cgroup</c> and <c>sys/fs/cgroup</c> below a root. A group is bound by its own limit and by those of all groups around it.</summary>
    public static ControlGroup Read(string root)
    {
        if (ReadText(Path.Combine(root, "proc/self/cgroup")) is not { } memberships) return new(null, null, null);
        var mount = Path.Combine(root, "sys/fs/cgroup");
        double? processors = null;
        (long Limit, long Used)? memory = null;
        // Lines are "number:controllers:path"; version 2 has one line without controllers.
        foreach (var membership in memberships.Split('\n').Select(l => l.Split(':', 3)).Where(l => l.Length == 3))
        {
            var controllers = membership[1].Split(',');
            var unified = membership[1].Length == 0;
            foreach (var folder in Around(Path.Combine(mount, unified ? "" : membership[1]), membership[2]))
            {
                if (unified || controllers.Contains("cpu")) processors = Min(processors, unified ? Quota2(folder) : Quota1(folder));
                if ((unified || controllers.Contains("memory")) && Memory(folder, unified) is { } found && (memory is null || found.Limit < memory.Value.Limit)) memory = found;
            }
        }
        return new(processors, memory?.Limit, memory?.Used);
    }

    // From the group outwards. Inside a container the path may be the host's, and only the mount's own folder exists.
    private static IEnumerable<string> Around(string mount, string path)
    {
        for (var inner = path.Trim('/'); inner.Length > 0; inner = inner.Contains('/') ? inner[..inner.LastIndexOf('/')] : "") yield return Path.Combine(mount, inner);
        yield return mount;
    }

    private static double? Quota2(string folder) =>
        ReadText(Path.Combine(folder, "cpu.max"))?.Split(' ') is [var quota, var period] ? Ratio(quota, period) : null;

    private static double? Quota1(string folder) => Ratio(ReadText(Path.Combine(folder, "cpu.cfs_quota_us")), ReadText(Path.Combine(folder, "cpu.cfs_period_us")));

    private static double? Ratio(string? quota, string? period) => Number(quota) is { } q and > 0 && Number(period) is { } p and > 0 ? (double)q / p : null;

    private static (long Limit, long Used)? Memory(string folder, bool unified)
    {
        var limit = Number(ReadText(Path.Combine(folder, unified ? "memory.max" : "memory.limit_in_bytes")));
        if (limit is null or > 1L << 60) return null; // version 1 writes a huge number where there is no limit
        var used = Number(ReadText(Path.Combine(folder, unified ? "memory.current" : "memory.usage_in_bytes"))) ?? 0;
        // Pages of files that nobody used lately count, but give way.
        var key = unified ? "inactive_file " : "total_inactive_file ";
        var cache = Number(ReadText(Path.Combine(folder, "memory.stat"))?.Split('\n').FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?[key.Length..]) ?? 0;
        return (limit.Value, Math.Max(0, used - cache));
    }

    private static double? Min(double? a, double? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // not there, or not ours to see: no limit that we know of
        }
    }
}
