using System.Diagnostics;

namespace Latent.Tests.Training;

/// <summary>A fact that mounts a file system of its own; skipped, by name, where the system does not let users do so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresNamespacesFactAttribute : FactAttribute
{
    private static readonly bool Works = Try();

    public RequiresNamespacesFactAttribute()
    {
        if (!Works) Skip = "needs unshare -rm with mount: user namespaces are off here";
    }

    private static bool Try()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]) { UseShellExecute = false, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
