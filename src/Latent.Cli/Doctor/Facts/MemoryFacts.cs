using System.Globalization;

namespace Latent.Cli.Doctor.Facts;

/// <summary>Main memory, within the control group's limit if that is lower.</summary>
internal sealed record MemoryFacts(long TotalBytes, long AvailableBytes, long? LimitBytes)
{
    public static MemoryFacts Read(ControlGroup group) => Parse(File.Exists("/proc/meminfo") ? File.ReadAllText("/proc/meminfo") : "", group);

    /// <summary>Reads the text of <c>/proc/meminfo</c>: lines such as <c>MemTotal:  24684096 kB</c>.</summary>
    public static MemoryFacts Parse(string meminfo, ControlGroup group)
    {
        long Bytes(string key) => meminfo.Split('\n')
            .Where(l => l.StartsWith(key + ":", StringComparison.Ordinal))
            .Select(l => 1024 * long.Parse(l.AsSpan(key.Length + 1).Trim().TrimEnd("kB ").ToString(), CultureInfo.InvariantCulture))
            .FirstOrDefault();

        var (total, available) = (Bytes("MemTotal"), Bytes("MemAvailable"));
        return group.MemoryBytes is { } limit && limit < total
            ? new(limit, Math.Min(available, limit - group.MemoryUsedBytes.GetValueOrDefault()), limit)
            : new(total, available, null);
    }
}
