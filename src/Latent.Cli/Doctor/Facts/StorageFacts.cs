namespace Latent.Cli.Doctor.Facts;

/// <summary>The place of the run folders: <c>runs/</c> in the current folder.</summary>
/// <param name="Folder">Where runs will be written.</param>
/// <param name="FreeBytes">Free space there; null where it cannot be told.</param>
/// <param name="Failure">Why nothing can be written there; null when it can.</param>
internal sealed record StorageFacts(string Folder, long? FreeBytes, string? Failure)
{
    /// <summary>Tries with a file that is deleted at once. Where <c>runs/</c> does not exist yet it is the folder around it that matters.</summary>
    public static StorageFacts Read(string current)
    {
        var runs = Path.Combine(current, "runs");
        var probed = Directory.Exists(runs) ? runs : current;
        try
        {
            var trial = Path.Combine(probed, $".latent-doctor-{Environment.ProcessId}");
            using (new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
            return new(runs, new DriveInfo(probed).AvailableFreeSpace, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(runs, null, e.Message);
        }
    }
}
