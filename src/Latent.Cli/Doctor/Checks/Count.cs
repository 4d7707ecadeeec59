using System.Globalization;

namespace Latent.Cli.Doctor.Checks;

/// <summary>Numbers with their nouns and units.</summary>
internal static class Count
{
    /// <summary><c>1 core</c>, <c>2 cores</c>.</summary>
    public static string Of(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>In GiB, below one in MiB.</summary>
    public static string Bytes(long bytes) => bytes >= 1L << 30
        ? (bytes / (double)(1L << 30)).ToString("0.0 GiB", CultureInfo.InvariantCulture)
        : (bytes / (double)(1L << 20)).ToString("0 MiB", CultureInfo.InvariantCulture);
}
